using System.Net;

namespace Licenzy.Testing;

/// <summary>A request that the double received, for assertions. The key itself is never kept.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, without the query.</param>
public sealed record StripeRequest(string Method, string Path)
{
    /// <summary>The decoded query and form fields, in the order they were sent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; init; } = [];

    /// <summary>The <c>Idempotency-Key</c> header.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The <c>Stripe-Version</c> header.</summary>
    public string? StripeVersion { get; init; }

    /// <summary>The <c>Stripe-Account</c> header.</summary>
    public string? StripeAccount { get; init; }

    /// <summary>The <c>Content-Type</c> header.</summary>
    public string? ContentType { get; init; }

    /// <summary>The <c>User-Agent</c> header.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Whether an <c>Authorization</c> header came with it.</summary>
    public bool HasAuthorization { get; init; }

    /// <summary>The id in the answer's <c>Request-Id</c> header.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>What was answered; <see langword="null"/> where the connection was cut instead.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>Whether an earlier answer was given again.</summary>
    public bool Replayed { get; init; }

    /// <summary>The value of a field, or <see langword="null"/>.</summary>
    public string? Field(string name) => Fields.LastOrDefault(field => field.Key == name).Value;
}
