using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Licenzy.Transport;

/// <summary>One call: verb, route below the base address, body, and whether it may be sent twice.</summary>
internal sealed class LicenzyRequest : HttpRequestMessage
{
    public const string EventStream = "text/event-stream";

    private LicenzyRequest(HttpMethod method, string route)
        : base(method, (Uri?)null) => Route = route;

    /// <summary>Path and query, percent-encoded, beginning with a slash.</summary>
    public string Route { get; }

    /// <summary>Whether the server ends in the same state however often it hears this.</summary>
    public bool Repeatable { get; private set; }

    /// <summary>Whether its answer goes on for as long as it is read.</summary>
    public bool IsStream { get; private set; }

    public static LicenzyRequest Get(string route) => new(HttpMethod.Get, route) { Repeatable = true };

    /// <summary>A read whose answer is a stream of events.</summary>
    public static LicenzyRequest Stream(string route) =>
        new(HttpMethod.Get, route) { IsStream = true, Headers = { Accept = { new MediaTypeWithQualityHeaderValue(EventStream) } } };

    public static LicenzyRequest Post<T>(string route, T body, JsonTypeInfo<T> json) =>
        new(HttpMethod.Post, route) { Content = Encode(body, json) };

    public static LicenzyRequest Put<T>(string route, T body, JsonTypeInfo<T> json) =>
        new(HttpMethod.Put, route) { Content = Encode(body, json) };

    public static LicenzyRequest Patch<T>(string route, T body, JsonTypeInfo<T> json) =>
        new(new HttpMethod("PATCH"), route) { Content = Encode(body, json) };

    /// <summary>A POST that says all in its address.</summary>
    public static LicenzyRequest Post(string route) => new(HttpMethod.Post, route);

    /// <summary>Not repeated by itself: the second would be told that there is nothing.</summary>
    public static LicenzyRequest Delete(string route) => new(HttpMethod.Delete, route);

    /// <summary>A POST that only reads.</summary>
    public LicenzyRequest AsRead()
    {
        Repeatable = true;
        return this;
    }

    /// <summary>Takes effect once however often it is sent: every try of this call carries the same key.</summary>
    public LicenzyRequest Once(string? idempotencyKey)
    {
        Headers.TryAddWithoutValidation(LicenzyHeaders.IdempotencyKey, IdempotencyKeys.OrNew(idempotencyKey));
        Repeatable = true;
        return this;
    }

    /// <summary>Asks for an answer from a version of the subject or a later one; 0 asks for nothing.</summary>
    public LicenzyRequest AtLeast(long version)
    {
        if (version < 0)
            throw new ArgumentOutOfRangeException(nameof(version), version, "A version is 0 or more.");
        if (version > 0)
            Headers.TryAddWithoutValidation(LicenzyHeaders.MinVersion, version.ToString(CultureInfo.InvariantCulture));
        return this;
    }

    // Bytes, not a stream: a retry sends them again.
    private static ByteArrayContent Encode<T>(T body, JsonTypeInfo<T> json)
    {
        if (body is null)
            throw new ArgumentNullException(nameof(body));
        return new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, json))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" } },
        };
    }
}
