using System.Net.Http.Headers;

namespace Licenzy.Transport;

/// <summary>The key, the one origin it may be sent to, and the workspace it is for. Not a record: a record would print it.</summary>
internal sealed class Credential(Uri baseAddress, string key, string? workspace = null)
{
    private readonly string _root = baseAddress.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>Gives the request its address and the key that belongs there, together.</summary>
    public void Apply(LicenzyRequest request)
    {
        request.RequestUri = new Uri(_root + request.Route);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (!string.IsNullOrEmpty(workspace))
            request.Headers.TryAddWithoutValidation(LicenzyHeaders.Workspace, workspace);
    }

    /// <summary>The text without the key.</summary>
    public string? Hide(string? text) => text?.Replace(key, "[key]");
}
