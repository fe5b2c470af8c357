using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Audit;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.StripeInbound;

/// <summary>
/// What refunds and disputes do: to what the payment bought, or to the subscription whose invoice it paid. Where nothing follows (a part was given
/// back, an inquiry, another month's invoice) an audit row says so.
/// </summary>
internal sealed class PaymentEffects(SubscriptionEffects subscriptions, BillingWriter writer, AuditStore audit, TimeProvider clock)
{
    public async Task<Effect> ApplyAsync(Session session, Scope scope, PaymentEvent billing)
    {
        // The subject first, and what was paid then (LockOrder). Where nobody is known yet, there is nobody to wait for.
        var known = await PaymentStore.FindAsync(session, scope, billing.PaymentId).ConfigureAwait(false) ?? new Payment { Id = billing.PaymentId };
        var owner = await OwnerAsync(session, scope, known.Hear(billing)).ConfigureAwait(false);
        if (owner is not null)
        {
            await EntitlementStore.LockAsync(session, scope, owner, at: null).ConfigureAwait(false);
        }

        if (!billing.IsFetched && await IsBehindAsync(session, scope, billing).ConfigureAwait(false))
        {
            return Owing(billing.PaymentId, "It is not known whether the subscription was paid since.");
        }

        var payment = await PaymentStore.LearnAsync(
            session, scope, billing.PaymentId, before => before.Hear(billing), Instant.Millis(clock.GetUtcNow())).ConfigureAwait(false);
        if (owner is null && await OwnerAsync(session, scope, payment).ConfigureAwait(false) is not null)
        {
            throw new LostRaceException();
        }

        var followed = await EntitlementStore.FindBuyerAsync(session, scope, payment.Id).ConfigureAwait(false) is { } buyer
            ? await OfPurchaseAsync(session, scope, buyer, payment, billing).ConfigureAwait(false)
            : await OfInvoiceAsync(session, scope, payment, billing).ConfigureAwait(false);
        if (followed is { } has && payment.IsContested)
        {
            await NoteAsync(session, scope, payment, has, billing).ConfigureAwait(false);
        }

        return followed switch
        {
            // Nothing was taken back: all there was to learn is which invoice was paid.
            null when !payment.IsContested => Effect.Done,
            null => Nobodys(payment, billing),
            _ when payment.LacksAmount() && !billing.IsFetched => Owing(payment.Id, "It is not known what the refund is a part of."),
            _ => Effect.Done,
        };
    }

    // Stripe tells one refund under several names, and a look tells it again: it is noted once, by the news with which all was known.
    private async Task NoteAsync(Session session, Scope scope, Payment payment, bool followed, PaymentEvent billing)
    {
        var contest = payment.Contest();
        if (payment.Noted == contest || (payment.LacksAmount() && !followed))
        {
            return;
        }

        await PaymentStore.LearnAsync(session, scope, payment.Id, known => known with { Noted = contest }, Instant.Millis(clock.GetUtcNow())).ConfigureAwait(false);
        if (!followed)
        {
            await audit.AddAsync(session, scope, new AuditEntry("stripe", "payment.noted", payment.Id, $"{contest}: nothing follows for any right."), billing.Id)
                .ConfigureAwait(false);
        }
    }

    private async Task<bool?> OfPurchaseAsync(Session session, Scope scope, string buyer, Payment payment, PaymentEvent billing)
    {
        var held = await EntitlementStore.LockAsync(session, scope, buyer, billing.CreatedAt).ConfigureAwait(false);
        var facts = BillingFacts.None with { Payments = [payment] };
        return await writer.WriteAsync(session, scope, new Subject(buyer, held), BillingOutcome.Nothing, facts, billing).ConfigureAwait(false) is not null
            || payment.BlockOf() is not null;
    }

    private async Task<bool?> OfInvoiceAsync(Session session, Scope scope, Payment payment, PaymentEvent billing) =>
        payment is { IsContested: true, InvoiceId: { } invoice }
        && await PaymentStore.FindSubscriptionAsync(session, scope, invoice).ConfigureAwait(false) is { } subscription
            ? await subscriptions.SettleAsync(session, scope, subscription, payment, billing).ConfigureAwait(false)
            : null;

    private static async Task<string?> OwnerAsync(Session session, Scope scope, Payment payment) =>
        await EntitlementStore.FindBuyerAsync(session, scope, payment.Id).ConfigureAwait(false)
        ?? (payment.InvoiceId is { } invoice && await PaymentStore.FindSubscriptionAsync(session, scope, invoice).ConfigureAwait(false) is { } subscription
            ? await EntitlementStore.FindSubjectAsync(session, scope, subscription).ConfigureAwait(false)
            : null);

    // A month that was paid but not heard of must count before another's money is taken for its own.
    private static async Task<bool> IsBehindAsync(Session session, Scope scope, PaymentEvent billing) =>
        await PaymentStore.FindPayerAsync(session, scope, billing.PaymentId).ConfigureAwait(false) is { } subscription
        && await SubscriptionEffects.IsBehindAsync(session, scope, subscription).ConfigureAwait(false);

    private static Effect Nobodys(Payment payment, BillingEvent billing) =>
        billing.IsFetched || (payment.IsInvoiceKnown && payment.InvoiceId is null)
            ? Effect.NoMatch("No purchase of this workspace and mode was paid with this payment.")
            : Owing(payment.Id, "It is not known which invoice the payment paid.");

    private static Effect Owing(string paymentId, string why) => Effect.Owing(new StripeLook(StripeLookKind.Payment, paymentId, why));
}
