using System.Text;

namespace Licenzy.Server.Tests.Http;

/// <summary>A signed-in operator's browser: it sends the cookie that the sign-in set, and the CSRF token where it is told to.</summary>
public sealed class Browser : IDisposable
{
    private readonly Wire _wire;

    public Browser(Uri server, Answer signIn)
    {
        Cookie = signIn.Header("Set-Cookie")!;
        Csrf = (string)signIn.Json["csrf_token"]!;
        // By hand: a cookie container would keep a Secure cookie from plain http, as a browser would.
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = server };
        http.DefaultRequestHeaders.Add("Cookie", Cookie.Split(';')[0]);
        _wire = new Wire(http);
    }

    public string Cookie { get; }

    public string Csrf { get; }

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, string? csrf = null, string? origin = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (csrf is not null)
        {
            request.Headers.Add("X-CSRF-Token", csrf);
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await _wire.SendAsync(request);
    }

    public void Dispose() => _wire.Dispose();
}
