namespace Licenzy.Domain.Entitlements;

/// <summary>What took a right's payment back, for as long as it is back. The state beneath stays as it was, so that lifting it restores the right.</summary>
/// <param name="Cause">What happened to the money.</param>
/// <param name="Since">When, by Stripe's clock.</param>
public sealed record PaymentBlock(PaymentBlockCause Cause, DateTimeOffset Since)
{
    /// <summary>Whether the money is gone for good, as far as one knows: a one-time purchase ends by it.</summary>
    public bool IsFinal => Cause is not PaymentBlockCause.Dispute;
}

/// <summary>How a payment was taken back.</summary>
public enum PaymentBlockCause
{
    /// <summary>Refunded in full.</summary>
    Refund,

    /// <summary>Disputed, not yet decided.</summary>
    Dispute,

    /// <summary>Disputed and lost.</summary>
    DisputeLost,
}
