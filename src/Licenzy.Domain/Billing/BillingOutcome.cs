using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Billing;

/// <summary>What follows from a billing event.</summary>
/// <param name="Attempt">The attempt as it shall be; <see langword="null"/> where the event is about none.</param>
/// <param name="Changes">The rights that change; empty where the event brings nothing new.</param>
public sealed record BillingOutcome(CheckoutAttempt? Attempt, IReadOnlyList<EntitlementChange> Changes)
{
    /// <summary>Nothing new.</summary>
    public static BillingOutcome Nothing { get; } = new(null, []);
}
