using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Billing;

/// <summary>What a Checkout Session's news does (CONTRACT §5): finalized once per session, each purchase a right of its own.</summary>
public static class CheckoutRules
{
    /// <summary>
    /// Whether the event speaks of this attempt. The session id decides where it is known; a client reference alone counts only where a payer
    /// could not have chosen it.
    /// </summary>
    public static bool IsAbout(this CheckoutEvent checkout, CheckoutAttempt attempt) => attempt.SessionId is { } session
        ? session == checkout.SessionId
        : checkout.AttemptId == attempt.Id || (checkout.ClientReferenceId == attempt.Id && !checkout.FromPaymentLink);

    /// <summary>
    /// Whether a subscription to the product lives. One that is not usable now may live on at Stripe (past due, paused, or our news is late): a
    /// second one would bill twice.
    /// </summary>
    public static bool IsSubscribed(IReadOnlyList<Entitlement> held, string productCode, DateTimeOffset now) => held.Any(right =>
        right is { EndedAt: null, Subscription: { } terms, Status: not (EntitlementStatus.Expired or EntitlementStatus.Revoked) }
        && right.ProductCode == productCode && !(terms.ScheduledEnd <= now));

    /// <summary>The attempt and the rights after the event. Paid outranks everything; what is finalized stays so.</summary>
    /// <param name="attempt">The attempt the event is about.</param>
    /// <param name="checkout">The event.</param>
    /// <param name="held">The subject's rights.</param>
    /// <param name="mintId">Makes the id of a new right.</param>
    public static BillingOutcome Apply(
        CheckoutAttempt attempt, CheckoutEvent checkout, IReadOnlyList<Entitlement> held, Func<string> mintId)
    {
        if (attempt.Status == AttemptStatus.Completed)
        {
            return BillingOutcome.Nothing;
        }

        var known = attempt with { SessionId = checkout.SessionId };
        return checkout.Result switch
        {
            // Stripe names the subscription in every session that makes one; without it there is nothing to link the right to.
            CheckoutResult.Paid when attempt.Terms.Kind == EntitlementKind.Subscription && checkout.SubscriptionId is null => new BillingOutcome(known, []),
            CheckoutResult.Paid => Finalize(known, checkout, held, mintId),
            // What has failed already does not become something milder.
            CheckoutResult.Expired when attempt.Status == AttemptStatus.Failed => BillingOutcome.Nothing,
            CheckoutResult.Expired => new BillingOutcome(known with { Status = AttemptStatus.Expired }, []),
            CheckoutResult.PaymentFailed => new BillingOutcome(known with { Status = AttemptStatus.Failed }, []),
            _ => new BillingOutcome(known, []),
        };
    }

    private static BillingOutcome Finalize(
        CheckoutAttempt attempt, CheckoutEvent checkout, IReadOnlyList<Entitlement> held, Func<string> mintId)
    {
        var known = held.Where(right => right.Subscription is { } terms && terms.SubscriptionId == checkout.SubscriptionId)
            .OrderBy(right => right.ProductCode == attempt.Terms.ProductCode ? 0 : 1)
            .FirstOrDefault();
        var right = known is null
            ? Purchase(attempt, checkout, mintId())
            : known with { AttemptId = attempt.Id, StripeCheckoutSessionId = checkout.SessionId };
        return new BillingOutcome(
            attempt with { Status = AttemptStatus.Completed, EntitlementId = right.Id },
            [new EntitlementChange(known, right, ChangeReason.CheckoutFinalized)]);
    }

    private static Entitlement Purchase(CheckoutAttempt attempt, CheckoutEvent checkout, string id)
    {
        var (terms, paidAt) = (attempt.Terms, checkout.CreatedAt);
        var units = terms.Units * attempt.Quantity;
        return new Entitlement
        {
            Id = id,
            ProductCode = terms.ProductCode,
            Kind = terms.Kind,
            Status = EntitlementStatus.Active,
            Source = EntitlementSource.Stripe,
            Quantity = attempt.Quantity,
            UnitsGranted = units,
            UnitsRemaining = units,
            StartsAt = paidAt,
            // A pass counts from its payment here; its place among others is found when all is settled.
            ExpiresAt = terms switch
            {
                { Kind: EntitlementKind.TimePass, DurationDays: { } days } => paidAt.PlusDays(days * attempt.Quantity),
                { Kind: EntitlementKind.UsagePack, DurationDays: { } days } => paidAt.PlusDays(days),
                _ => null,
            },
            // The period is unknown until the subscription's own event comes; who paid gets in meanwhile.
            Subscription = checkout.SubscriptionId is { } subscription && terms.Kind == EntitlementKind.Subscription
                ? new SubscriptionTerms { SubscriptionId = subscription }
                : null,
            AttemptId = attempt.Id,
            StripeCheckoutSessionId = checkout.SessionId,
            StripePaymentIntentId = checkout.PaymentIntentId,
            CreatedAt = paidAt,
        };
    }
}
