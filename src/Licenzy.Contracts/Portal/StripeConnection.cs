namespace Licenzy.Portal;

/// <summary><c>PUT /portal/stripe/connection</c>: the workspace's own Stripe account, one mode at a time.</summary>
public sealed record ConnectStripeRequest
{
    /// <summary><c>test</c> or <c>live</c>; the key must be of the same mode.</summary>
    public required string Mode { get; init; }

    /// <summary>A Stripe secret key <c>sk_…</c> or restricted key <c>rk_…</c>; stored encrypted, never given back.</summary>
    public required string SecretKey { get; init; }

    /// <summary>The signing secret of the webhook endpoint in Stripe's dashboard, <c>whsec_…</c>; left as it is where absent.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>How long events signed with the secret of before are still accepted, in hours: 0 to 168, default 24. Only beside <c>webhook_secret</c>.</summary>
    public long? OverlapHours { get; init; }

    /// <summary>Whether to ask Stripe if the key works; default <see langword="true"/>.</summary>
    public bool? Verify { get; init; }
}

/// <summary>Both modes' connections.</summary>
public sealed record StripeConnectionsResponse
{
    /// <summary>One entry for <c>test</c>, one for <c>live</c>, connected or not.</summary>
    public required IReadOnlyList<StripeConnectionResponse> Data { get; init; }
}

/// <summary>One mode's connection, without its secrets.</summary>
public sealed record StripeConnectionResponse
{
    /// <summary><c>test</c> or <c>live</c>.</summary>
    public required string Mode { get; init; }

    /// <summary><c>not_connected</c>, <c>connected</c>, or <c>invalid</c> where Stripe refused the key.</summary>
    public required string Status { get; init; }

    /// <summary>Stripe's account, <c>acct_…</c>, once verified.</summary>
    public required string? AccountId { get; init; }

    /// <summary>Prefix and last four characters of the key.</summary>
    public required string? KeyHint { get; init; }

    /// <summary>Enter this address as a webhook endpoint in Stripe's dashboard.</summary>
    public required string? WebhookUrl { get; init; }

    /// <summary>Whether events can be verified yet.</summary>
    public required bool WebhookSecretSet { get; init; }

    /// <summary>Until when the signing secret of before is accepted as well; <see langword="null"/> where there is none.</summary>
    public DateTimeOffset? PreviousWebhookSecretUntil { get; init; }

    /// <summary>The events to select in Stripe's dashboard.</summary>
    public required IReadOnlyList<string> RequiredEvents { get; init; }

    /// <summary>When Stripe last accepted the key.</summary>
    public required DateTimeOffset? VerifiedAt { get; init; }
}
