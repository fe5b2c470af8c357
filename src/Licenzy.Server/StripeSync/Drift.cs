namespace Licenzy.Server.StripeSync;

/// <summary>In what way Stripe and this server differ.</summary>
internal enum DriftKind
{
    /// <summary>A subscription's rights are not what its state gives.</summary>
    SubscriptionDiffers,

    /// <summary>A subscription gives a right that nobody here has.</summary>
    SubscriptionMissingHere,

    /// <summary>A right names a subscription that Stripe does not know.</summary>
    SubscriptionMissingAtStripe,

    /// <summary>An item's price belongs to no product.</summary>
    PriceUnknown,

    /// <summary>An open attempt was paid.</summary>
    SessionPaid,

    /// <summary>An open attempt has ended without a payment.</summary>
    SessionEnded,

    /// <summary>An open attempt names a session that Stripe does not know.</summary>
    SessionMissingAtStripe,

    /// <summary>A refund, or what became of it, is not known here.</summary>
    RefundUnknown,

    /// <summary>A dispute, or what became of it, is not known here.</summary>
    DisputeUnknown,
}

/// <summary>One difference.</summary>
/// <param name="Kind">In what way.</param>
/// <param name="ObjectId">Stripe's object.</param>
internal sealed record Drift(DriftKind Kind, string ObjectId)
{
    public string? SubjectRef { get; init; }

    public string? EntitlementId { get; init; }

    public string? Here { get; init; }

    public string? AtStripe { get; init; }

    /// <summary>What stands here once mended; <see langword="null"/> where a person has to decide.</summary>
    public string? Repair { get; init; }

    public bool IsRepaired { get; init; }
}
