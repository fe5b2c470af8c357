using System.Net;
using System.Text;
using System.Text.Json;

namespace Licenzy.Transport;

/// <summary>Turns a refusal into the exception, whoever wrote it: the server, a proxy, or something else at that address.</summary>
internal static class Problems
{
    public static LicenzyApiException From(HttpResponseMessage response, byte[] body, Credential credential, DateTimeOffset now)
    {
        var problem = TryRead(response, body, credential);
        return new LicenzyApiException(
            response.StatusCode,
            problem?.Error ?? CodeOf(response.StatusCode),
            problem?.Detail ?? Sentence(response.StatusCode))
        {
            RequestId = problem?.RequestId ?? credential.Hide(Header(response, LicenzyHeaders.RequestId)),
            RetryAfter = RetryAfterHeader.Of(response, now),
            Errors = problem?.Errors ?? [],
        };
    }

    private static LicenzyProblem? TryRead(HttpResponseMessage response, byte[] body, Credential credential)
    {
        if (response.Content?.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
            return null;
        try
        {
            // Some proxies answer with the request they got, credentials included.
            var text = credential.Hide(Encoding.UTF8.GetString(body))!;
            return JsonSerializer.Deserialize(text, Wire.Json.LicenzyProblem);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static string Sentence(HttpStatusCode status) => (int)status switch
    {
        >= 300 and < 400 => $"The Licenzy API answered {(int)status}, a redirect, and redirects are never followed. Set BaseAddress to the address the server really has.",
        404 => "Nothing of Licenzy answers at this address (404). Check BaseAddress, its path included.",
        _ => $"The Licenzy API answered {(int)status} without saying why.",
    };

    private static string CodeOf(HttpStatusCode status) => (int)status switch
    {
        401 => ErrorCodes.InvalidApiKey,
        403 => ErrorCodes.Forbidden,
        404 => ErrorCodes.NotFound,
        405 => ErrorCodes.MethodNotAllowed,
        413 => ErrorCodes.PayloadTooLarge,
        415 => ErrorCodes.UnsupportedMediaType,
        429 => ErrorCodes.RateLimited,
        >= 400 and < 500 => ErrorCodes.InvalidRequest,
        500 => ErrorCodes.Internal,
        _ => ErrorCodes.Unavailable,
    };
}
