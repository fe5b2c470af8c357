using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Billing;

/// <summary>What follows from a billing event.</summary>
/// <param name="Attempt">The attempt as it shall be; <see langword="null"/> where the event is about none.</param>
/// <param name="Changes">The rights that change; empty where the event brings nothing new.</param>
public sealed record BillingOutcome(CheckoutAttempt? Attempt, IReadOnlyList<EntitlementChange> Changes)
{
    /// <summary>Nothing new.</summary>
    public static BillingOutcome Nothing { get; } = new(null, []);

    /// <summary>What only Stripe can settle; <see langword="null"/> where the news decides by itself.</summary>
    public StripeLook? Look { get; init; }
}

/// <summary>A look at Stripe that is owed: until it is had, the last known state stays.</summary>
/// <param name="Kind">What to ask for.</param>
/// <param name="ObjectId">Stripe's id of it.</param>
/// <param name="Why">Why the news did not decide, for operators.</param>
public sealed record StripeLook(StripeLookKind Kind, string ObjectId, string Why);

/// <summary>What Stripe can be asked for.</summary>
public enum StripeLookKind
{
    /// <summary>A subscription.</summary>
    Subscription,

    /// <summary>A payment: its charge, refunds and disputes, and the invoice it paid; by an invoice's id, that invoice with all its lines.</summary>
    Payment,
}
