using System.Text;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Testing;

/// <summary>A request, read whole: the double decides on values, never on streams.</summary>
internal sealed record StripeCall
{
    public required string Method { get; init; }

    public required string Path { get; init; }

    public required FormFields Fields { get; init; }

    public required string RequestId { get; init; }

    public string? Authorization { get; init; }

    public string? IdempotencyKey { get; init; }

    public string? StripeVersion { get; init; }

    public string? ContentType { get; init; }

    public bool HasBody { get; init; }

    public bool IsPost => Method == "POST";

    public static async Task<StripeCall> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
        return new StripeCall
        {
            Method = request.Method,
            Path = request.Path.Value ?? "/",
            Fields = FormFields.Parse((request.QueryString.Value ?? "").TrimStart('?'), body),
            RequestId = StripeIds.New("req_", 14),
            Authorization = Header(request, "Authorization"),
            IdempotencyKey = Header(request, "Idempotency-Key"),
            StripeVersion = Header(request, "Stripe-Version"),
            ContentType = request.ContentType,
            HasBody = body.Length > 0,
        };
    }

    public StripeRequest ToRequest(HttpRequest request, int? status, bool replayed) => new(Method, Path)
    {
        Fields = Fields.All,
        IdempotencyKey = IdempotencyKey,
        StripeVersion = StripeVersion,
        StripeAccount = Header(request, "Stripe-Account"),
        ContentType = ContentType,
        UserAgent = Header(request, "User-Agent"),
        HasAuthorization = Authorization is not null,
        RequestId = RequestId,
        Status = (System.Net.HttpStatusCode?)status,
        Replayed = replayed,
    };

    private static string? Header(HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;
}
