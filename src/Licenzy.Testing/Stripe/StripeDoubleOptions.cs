namespace Licenzy.Testing;

/// <summary>How a <see cref="StripeDouble"/> is set up. Everything has a default that works.</summary>
public sealed class StripeDoubleOptions
{
    /// <summary>The clock behind <see cref="StripeDouble.Now"/> and the signatures. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The one key that is accepted. Default: a generated <c>sk_test_…</c>, or <c>sk_live_…</c> in live mode.</summary>
    public string? SecretKey { get; set; }

    /// <summary>The secret that events are signed with. Default: a generated <c>whsec_…</c>.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>Whether objects say <c>livemode: true</c>. Default: <see langword="false"/>.</summary>
    public bool Livemode { get; set; }

    /// <summary>
    /// The account's API version: the shape of events, and of answers to requests without a <c>Stripe-Version</c> header.
    /// Default: <see cref="StripeEvents.CurrentApiVersion"/>.
    /// </summary>
    public string ApiVersion { get; set; } = StripeEvents.CurrentApiVersion;

    /// <summary>The account's id. Default: a generated <c>acct_…</c>.</summary>
    public string? AccountId { get; set; }
}
