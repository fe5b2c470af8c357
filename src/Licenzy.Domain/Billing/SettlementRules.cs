using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;

namespace Licenzy.Domain.Billing;

/// <summary>
/// Brings rights in line with the money behind them, after any news: what was paid proves its period, what was taken back blocks, and passes take
/// their places. A function of what is known, so that the order in which it became known cannot matter.
/// </summary>
public static class SettlementRules
{
    /// <summary>The outcome with everything that follows from the facts.</summary>
    /// <param name="outcome">What the news itself did.</param>
    /// <param name="held">The subject's rights before it.</param>
    /// <param name="facts">What is known of the money.</param>
    /// <param name="productOf">The terms of a right's product, or <see langword="null"/>.</param>
    public static BillingOutcome Settled(
        this BillingOutcome outcome, IReadOnlyList<Entitlement> held, BillingFacts facts, Func<Entitlement, ProductTerms?> productOf)
    {
        Entitlement[] told =
        [
            .. held.Select(right => outcome.Changes.FirstOrDefault(change => change.Before?.Id == right.Id)?.After ?? right),
            .. outcome.Changes.Where(change => change.Before is null).Select(change => change.After),
        ];
        var settled = PassRules.Stack([.. told.Select(right => Settle(right, facts, productOf))]);
        return outcome with { Changes = [.. settled.Select(right => Change(right, held, outcome)).OfType<EntitlementChange>()] };
    }

    /// <summary>What an operator did to one right, with everything that follows for the others: passes behind a revoked one move forward.</summary>
    /// <param name="change">What the operator did.</param>
    /// <param name="held">The subject's rights before it.</param>
    public static IReadOnlyList<EntitlementChange> Settled(this EntitlementChange change, IReadOnlyList<Entitlement> held) =>
        (BillingOutcome.Nothing with { Changes = [change] }).Settled(held, BillingFacts.None, _ => null).Changes;

    private static Entitlement Settle(Entitlement right, BillingFacts facts, Func<Entitlement, ProductTerms?> productOf)
    {
        if (right.Subscription is null)
        {
            return right with { Block = facts.BlockOf(right) };
        }

        if (right.Subscription.SubscriptionId != facts.SubscriptionId)
        {
            return right;
        }

        // What has ended no payment prolongs.
        var paid = right.EndedAt is null && InvoiceRules.Proved(right.Subscription, facts.Invoices) is { } terms
            ? IncludedUnits.Refill(right, right with { Subscription = terms }, productOf(right), isNew: false)
            : right;
        return paid with { Block = facts.BlockOf(paid) };
    }

    private static EntitlementChange? Change(Entitlement right, IReadOnlyList<Entitlement> held, BillingOutcome outcome)
    {
        var before = held.FirstOrDefault(other => other.Id == right.Id);
        if (before == right)
        {
            return null;
        }

        var reason = (before?.Block?.Cause, right.Block?.Cause) switch
        {
            (var was, { } cause) when was != cause => cause == PaymentBlockCause.Refund ? ChangeReason.Refund : ChangeReason.Dispute,
            ({ }, null) => ChangeReason.PaymentRestored,
            _ when outcome.Changes.FirstOrDefault(change => change.After.Id == right.Id) is { } told => told.Reason,
            _ when before?.Subscription?.PeriodEnd != right.Subscription?.PeriodEnd => ChangeReason.InvoicePaid,
            _ => ChangeReason.PassMoved,
        };
        return new EntitlementChange(before, right, reason);
    }
}
