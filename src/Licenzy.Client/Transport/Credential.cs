using System.Net.Http.Headers;

namespace Licenzy.Transport;

/// <summary>The key and the one origin it may be sent to. Not a record: a record would print it.</summary>
internal sealed class Credential(Uri baseAddress, string key)
{
    private readonly string _root = baseAddress.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>Gives the request its address and the key that belongs there, together.</summary>
    public void Apply(LicenzyRequest request)
    {
        request.RequestUri = new Uri(_root + request.Route);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>The text without the key.</summary>
    public string? Hide(string? text) => text?.Replace(key, "[key]");
}
