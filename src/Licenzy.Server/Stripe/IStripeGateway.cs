using System.Text.Json;

namespace Licenzy.Server.Stripe;

/// <summary>The calls made to Stripe, each with the workspace's own key. A seam: Stripe's own library would go behind it.</summary>
internal interface IStripeGateway
{
    /// <summary><c>GET /v1/account</c>: whose key is it?</summary>
    Task<StripeAnswer<StripeAccount>> GetAccountAsync(string secretKey, CancellationToken cancellationToken);

    /// <summary><c>GET /v1/prices/{id}</c>: what does it cost, and how often?</summary>
    Task<StripeAnswer<StripePrice>> GetPriceAsync(string secretKey, string priceId, CancellationToken cancellationToken);

    /// <summary><c>POST /v1/checkout/sessions</c>; the same Idempotency-Key never makes a second session.</summary>
    Task<StripeAnswer<StripeCheckoutSession>> CreateCheckoutSessionAsync(
        string secretKey, string form, string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>An object or a page of a list, as it stands at Stripe now; <see cref="StripePaths"/> has the paths that are asked for.</summary>
    Task<StripeAnswer<StripeObject>> GetAsync(string secretKey, string path, CancellationToken cancellationToken);

    /// <summary><c>POST /v1/billing_portal/sessions</c>: an address that lets one customer in for a short time.</summary>
    Task<StripeAnswer<StripePortalSession>> CreateBillingPortalSessionAsync(
        string secretKey, string customerId, string returnUrl, string idempotencyKey, CancellationToken cancellationToken);
}

/// <summary>What Stripe has under a path.</summary>
/// <param name="Json">Stripe's object.</param>
/// <param name="AsOf">When Stripe answered, by its own clock: newer than every event of before.</param>
internal sealed record StripeObject(JsonElement Json, DateTimeOffset AsOf);

/// <summary>A visit to Stripe's customer portal.</summary>
internal sealed record StripePortalSession(string Url);

/// <summary>Stripe's account.</summary>
internal sealed record StripeAccount(string Id);

/// <summary>Stripe's price.</summary>
internal sealed record StripePrice(string Id, bool Active, bool Livemode, string Type);

/// <summary>Stripe's Checkout Session.</summary>
internal sealed record StripeCheckoutSession(string Id, string Url, long ExpiresAt);

/// <summary>Stripe's "no", or its silence.</summary>
/// <param name="Code">Stripe's code, such as <c>resource_missing</c>.</param>
/// <param name="RequestId">Stripe's id of the request.</param>
/// <param name="Param">The parameter that Stripe blames.</param>
/// <param name="IsUnreachable">No definite answer: it may or may not have happened; the same call again is safe.</param>
internal sealed record StripeFailure(string Code, string? RequestId, string? Param, bool IsUnreachable)
{
    /// <summary>The key is good but may not do this: a restricted key without the permission.</summary>
    public bool IsNotPermitted { get; init; }

    /// <summary>Stripe does not take the key: revoked, expired, or none of its.</summary>
    public bool IsBadKey { get; init; }

    /// <summary>Stripe knows no such customer: deleted there, or another account's.</summary>
    public bool IsUnknownCustomer => this is { Code: "resource_missing", Param: "customer" };
}

/// <summary>What Stripe answered: a value or a failure.</summary>
internal sealed record StripeAnswer<T>(T? Value, StripeFailure? Failure)
    where T : class;
