using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Checkout;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;

namespace Licenzy.Server.StripeInbound;

/// <summary>What a Checkout Session's news does: the attempt it belongs to, and the right it becomes.</summary>
internal sealed class CheckoutEffects(Ids ids, BillingWriter writer, BillingNews news, TimeProvider clock)
{
    public async Task<Effect> ApplyAsync(Session session, Scope scope, CheckoutEvent checkout)
    {
        var row = await CheckoutAttemptStore.FindBySessionAsync(session, scope, checkout.SessionId).ConfigureAwait(false)
            ?? await AttemptAsync(session, scope, checkout.AttemptId ?? checkout.ClientReferenceId).ConfigureAwait(false);
        if (row is null || !checkout.IsAbout(row.ToDomain()))
        {
            return await LinkedAsync(session, scope, checkout).ConfigureAwait(false)
                ?? Effect.NoMatch("No checkout attempt of this workspace and mode belongs to the session.");
        }

        // The lock first, then the attempt again: whoever was here before may have finished it.
        var held = await EntitlementStore.LockAsync(session, scope, row.SubjectRef, checkout.CreatedAt).ConfigureAwait(false);
        var facts = await FactsAsync(session, scope, checkout).ConfigureAwait(false);
        var attempt = (await CheckoutAttemptStore.FindAsync(session, scope, row.Id).ConfigureAwait(false))!.ToDomain();
        var outcome = CheckoutRules.Apply(attempt, checkout, held.Rights, () => ids.New("ent"));
        if (outcome.Attempt is { } after)
        {
            await CheckoutAttemptStore.SaveAsync(session, scope, after, clock.GetUtcNow()).ConfigureAwait(false);
        }

        if (checkout.CustomerId is { } customer)
        {
            await StripeCustomerStore.AddAsync(session, scope, row.SubjectRef, customer, checkout.CreatedAt).ConfigureAwait(false);
        }

        var rights = await writer.WriteAsync(session, scope, new Subject(row.SubjectRef, held), outcome, facts, checkout).ConfigureAwait(false);
        if (outcome.Attempt is { Status: AttemptStatus.Completed } finalized && attempt.Status != AttemptStatus.Completed)
        {
            await news.PurchasedAsync(session, row, finalized, rights ?? held, checkout).ConfigureAwait(false);
        }

        return Effect.Done;
    }

    // Sold by somebody else, and an operator said to whom: the subscription itself says what it gives.
    private static async Task<Effect?> LinkedAsync(Session session, Scope scope, CheckoutEvent checkout)
    {
        if (checkout.SubscriptionId is not { } subscription
            || (await StripeLinkStore.FindAsync(session, scope, checkout.SessionId).ConfigureAwait(false)
                ?? await StripeLinkStore.FindAsync(session, scope, subscription).ConfigureAwait(false)) is not { } subjectRef)
        {
            return null;
        }

        if (checkout.CustomerId is { } customer)
        {
            await StripeCustomerStore.AddAsync(session, scope, subjectRef, customer, checkout.CreatedAt).ConfigureAwait(false);
        }

        return await EntitlementStore.FindSubjectAsync(session, scope, subscription).ConfigureAwait(false) is not null || checkout.Result != CheckoutResult.Paid
            ? Effect.Done
            : null;
    }

    // What was paid is kept with the payment: a refund that is told alone must know what it is a part of.
    private async Task<BillingFacts> FactsAsync(Session session, Scope scope, CheckoutEvent checkout) => checkout switch
    {
        { Result: CheckoutResult.Paid, PaymentIntentId: { } id } => BillingFacts.None with
        {
            Payments =
            [
                await PaymentStore.LearnAsync(
                    session, scope, id, known => checkout.AmountTotal is { } total ? known.Priced(total) : known, Instant.Millis(clock.GetUtcNow())).ConfigureAwait(false),
            ],
        },
        { Result: CheckoutResult.Paid, SubscriptionId: { } id } => await PaymentStore.OfSubscriptionAsync(session, scope, id).ConfigureAwait(false),
        _ => BillingFacts.None,
    };

    private static async Task<CheckoutAttemptRow?> AttemptAsync(Session session, Scope scope, string? id) =>
        id is null ? null : await CheckoutAttemptStore.FindAsync(session, scope, id).ConfigureAwait(false);
}
