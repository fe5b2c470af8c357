using Licenzy.Domain;
using Licenzy.Domain.Entitlements;

namespace Licenzy.Testing;

/// <content>What payments, or their absence, have made of a right.</content>
public sealed partial record FakeRight
{
    /// <summary>Paid to the end of its period. From then <c>renewal_pending</c> for 48 hours, still usable; then <c>renewal_overdue</c>, and not.</summary>
    public FakeRight Renewing(DateTimeOffset periodEnd) => Paid(nameof(Renewing), (right, terms) => right with { Subscription = terms with { PeriodEnd = periodEnd } });

    /// <summary>In a trial. From its end <c>renewal_pending</c> for an hour, then <c>trial_ended</c>.</summary>
    public FakeRight Trialing(DateTimeOffset trialEnd) => Paid(nameof(Trialing), (right, terms) => right with
    {
        Status = EntitlementStatus.Trialing,
        Subscription = terms with { PeriodEnd = trialEnd },
    });

    /// <summary>Will not renew: usable to the end of its period and not a moment longer.</summary>
    public FakeRight Canceling(DateTimeOffset periodEnd) => Paid(nameof(Canceling), (right, terms) => right with
    {
        Status = EntitlementStatus.Canceled,
        StatusCause = StatusCause.CancelScheduled,
        Subscription = terms with { PeriodEnd = periodEnd, CancelAt = periodEnd, CancelAtPeriodEnd = true },
    });

    /// <summary>A payment failed: usable while the grace lasts, then <c>past_due_grace_ended</c>.</summary>
    public FakeRight PastDue(DateTimeOffset graceEnd) => Paid(nameof(PastDue), (right, terms) => right with
    {
        Status = EntitlementStatus.PastDue,
        StatusCause = StatusCause.Dunning,
        Subscription = terms with { GraceEndsAt = graceEnd },
    });

    /// <summary>Stripe gave up collecting: <c>payment_failed</c>.</summary>
    public FakeRight Unpaid() => Paid(nameof(Unpaid), static (right, terms) => right with
    {
        Status = EntitlementStatus.PastDue,
        StatusCause = StatusCause.Unpaid,
        Subscription = terms,
    });

    /// <summary>Paused at Stripe: <c>subscription_paused</c>.</summary>
    public FakeRight Paused() => Paid(nameof(Paused), static (right, terms) => right with { Status = EntitlementStatus.Paused, Subscription = terms });

    /// <summary>Ended just now: <c>subscription_canceled</c>.</summary>
    public FakeRight Canceled() => Paid(nameof(Canceled), static (right, terms) => right with
    {
        Status = EntitlementStatus.Canceled,
        StatusCause = StatusCause.SubscriptionDeleted,
        EndedAt = terms.AsOf,
        Subscription = terms,
    });

    /// <summary>Paid back in full: <c>refunded</c>.</summary>
    public FakeRight Refunded() => Blocked(PaymentBlockCause.Refund);

    /// <summary>The payment is disputed: <c>disputed</c>.</summary>
    public FakeRight Disputed() => Blocked(PaymentBlockCause.Dispute);

    /// <summary>Taken back by an operator: <c>revoked</c>.</summary>
    public FakeRight Revoked() => Then(Revoke);

    internal static Entitlement Revoke(Entitlement right, DateTimeOffset now) =>
        right with { Status = EntitlementStatus.Revoked, StatusCause = StatusCause.Operator, EndedAt = right.EndedAt ?? now };

    private FakeRight Paid(string state, Func<Entitlement, SubscriptionTerms, Entitlement> change) =>
        Only(EntitlementKind.Subscription, state).Then((right, now) => change(
            right with { Source = EntitlementSource.Stripe },
            right.Subscription ?? new SubscriptionTerms { SubscriptionId = $"sub_fake_{right.Id}", PeriodStart = right.StartsAt, AsOf = now }));

    private FakeRight Blocked(PaymentBlockCause cause) => Then((right, now) => right with { Source = EntitlementSource.Stripe, Block = new PaymentBlock(cause, now) });

    private FakeRight Then(Func<Entitlement, DateTimeOffset, Entitlement> change)
    {
        var before = State;
        return this with { State = (right, now) => change(before(right, now), now) };
    }

    private FakeRight Only(EntitlementKind kind, string state) => Kind == kind
        ? this
        : throw new InvalidOperationException($"{state} is about a {kind.ToWord()}, and {ProductCode} is a {Kind.ToWord()}.");
}
