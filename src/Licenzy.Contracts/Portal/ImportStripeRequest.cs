namespace Licenzy.Portal;

/// <summary><c>POST /portal/stripe/import</c>: gives rights to those who subscribed before Licenzy, or beside it.</summary>
public sealed record ImportStripeRequest
{
    /// <summary>Only report; default <see langword="true"/>.</summary>
    public bool? DryRun { get; init; }

    /// <summary>The key under which the subscription's metadata, or else its customer's, holds your own id of the customer; 1–40 characters.</summary>
    public string? SubjectMetadataKey { get; init; }

    /// <summary>Whether the customer's e-mail address at Stripe serves as your id where no metadata does; default <see langword="false"/>.</summary>
    public bool? ByEmail { get; init; }

    /// <summary>Where to go on: <c>next_cursor</c> of the call before.</summary>
    public string? Cursor { get; init; }
}

/// <summary>A part of an import; the next call goes on where it ends.</summary>
public sealed record ImportStripeResponse
{
    /// <summary><c>test</c> or <c>live</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Whether nothing was changed.</summary>
    public required bool DryRun { get; init; }

    /// <summary>How many subscriptions were looked at in this call.</summary>
    public required long Checked { get; init; }

    /// <summary>How many of them became rights in this call.</summary>
    public required long Imported { get; init; }

    /// <summary>The subscriptions at a known price that no right here stood for.</summary>
    public required IReadOnlyList<StripeImportResponse> Data { get; init; }

    /// <summary>Where the next call goes on; <see langword="null"/> at the end.</summary>
    public required string? NextCursor { get; init; }
}

/// <summary>One subscription that an import found.</summary>
public sealed record StripeImportResponse
{
    /// <summary>Stripe's subscription.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>Stripe's customer.</summary>
    public required string? CustomerId { get; init; }

    /// <summary>Whom it gives the right to; <see langword="null"/> where nothing says so.</summary>
    public required string? SubjectRef { get; init; }

    /// <summary><c>subscription_metadata</c>, <c>customer_metadata</c> or <c>email</c>.</summary>
    public required string? FoundBy { get; init; }

    /// <summary>The right it gives, or would give.</summary>
    public required string? Right { get; init; }

    /// <summary><c>importable</c>, <c>imported</c> or <c>no_subject</c>.</summary>
    public required string Outcome { get; init; }
}
