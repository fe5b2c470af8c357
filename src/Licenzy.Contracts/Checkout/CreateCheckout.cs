namespace Licenzy.Checkout;

/// <summary><c>POST /v1/checkout/session</c>: starts a purchase. Needs an Idempotency-Key.</summary>
public sealed record CreateCheckoutRequest
{
    /// <summary>Your own id of the customer, 1–255 characters, compared ordinally.</summary>
    public required string SubjectRef { get; init; }

    /// <summary>The product to sell, as set up in the portal for the key's mode.</summary>
    public required string ProductCode { get; init; }

    /// <summary>How many, 1 to 1,000; default 1.</summary>
    public long? Quantity { get; init; }

    /// <summary>Where Stripe sends the browser after payment; default the product's, then the server's own page.</summary>
    public string? SuccessUrl { get; init; }

    /// <summary>Where Stripe sends the browser when the customer turns back.</summary>
    public string? CancelUrl { get; init; }

    /// <summary>Prefills the e-mail on Stripe's page; ignored where the subject already is a Stripe customer.</summary>
    public string? CustomerEmail { get; init; }

    /// <summary>Your own notes: at most 20 entries, names up to 40 and values up to 500 characters; copied to Stripe.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>A started purchase: send the browser to <see cref="CheckoutUrl"/>.</summary>
public sealed record CheckoutSessionResponse
{
    /// <summary><c>att_</c> and a ULID: this attempt to buy.</summary>
    public required string AttemptId { get; init; }

    /// <summary><c>created</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Stripe's page to pay on.</summary>
    public required string CheckoutUrl { get; init; }

    /// <summary><c>test</c> or <c>live</c>: the key's mode.</summary>
    public required string Mode { get; init; }

    /// <summary>When Stripe closes the page.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>What Stripe hears: the event is stored.</summary>
public sealed record WebhookReceivedResponse
{
    /// <summary>Always <see langword="true"/>.</summary>
    public required bool Received { get; init; }
}
