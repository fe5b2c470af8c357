using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Checkout;
using Licenzy.Server.Entitlements;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Licenzy.Webhooks;

namespace Licenzy.Server.StripeInbound;

/// <summary>What is told of money itself, beside what it changed: a purchase that was finalized, an invoice that was paid or was not. Each once.</summary>
internal sealed class BillingNews(Outbox outbox, Leeway leeway, RuleClock clock)
{
    /// <summary>An attempt became a right.</summary>
    public async Task PurchasedAsync(Session session, CheckoutAttemptRow row, CheckoutAttempt attempt, SubjectRights rights, CheckoutEvent checkout)
    {
        var scope = new Scope(row.WorkspaceId, Words.Parse<Mode>(row.Mode));
        var cause = await CauseOfAsync(session, scope, checkout).ConfigureAwait(false);
        var news = new SubjectNews(scope, row.SubjectRef, rights, cause, leeway);
        var right = rights.Rights.FirstOrDefault(right => right.Id == attempt.EntitlementId);
        var reason = ChangeReason.CheckoutFinalized.ToWord();
        var data = right is null ? news.Head(reason) with { ProductCode = row.ProductCode, Kind = row.Kind } : news.About(right, reason);
        var told = data with
        {
            AttemptId = attempt.Id,
            Units = right?.UnitsGranted,
            AmountTotal = checkout.AmountTotal,
            Currency = checkout.Currency,
            StripeCheckoutSessionId = checkout.SessionId,
            StripePaymentIntentId = checkout.PaymentIntentId,
            StripeSubscriptionId = checkout.SubscriptionId,
            Metadata = CheckoutForm.MetadataOf(row),
        };
        await outbox.AddAsync(session, scope, [new Announcement(WebhookEventTypes.PurchaseFinalized, told)], cause.At).ConfigureAwait(false);
    }

    /// <summary>An invoice of somebody's subscription was paid, which Stripe tells under two names, or a payment of it failed.</summary>
    public async Task InvoicedAsync(Session session, Scope scope, string subjectRef, SubjectRights rights, InvoiceEvent invoice)
    {
        // What Stripe was asked for may be of any age; its own event is still to come, or nobody waits for it.
        if (invoice.IsFetched)
            return;
        var paid = invoice.Result == InvoiceResult.Paid;
        var cause = await CauseOfAsync(session, scope, invoice).ConfigureAwait(false);
        if (paid && !await PaymentStore.AnnounceAsync(session, scope, invoice.InvoiceId, Instant.Millis(cause.At)).ConfigureAwait(false))
            return;
        var news = new SubjectNews(scope, subjectRef, rights, cause, leeway);
        var reason = paid ? ChangeReason.InvoicePaid.ToWord() : "invoice_payment_failed";
        var right = rights.Rights.FirstOrDefault(right => right.Subscription?.SubscriptionId == invoice.SubscriptionId);
        var told = (right is null ? news.Head(reason) : news.About(right, reason)) with
        {
            AmountTotal = paid ? invoice.AmountPaid : invoice.AmountDue,
            Currency = invoice.Currency,
            StripeSubscriptionId = invoice.SubscriptionId,
            StripePaymentIntentId = invoice.PaymentIds.FirstOrDefault(id => id.StartsWith("pi_", StringComparison.Ordinal)),
        };
        var type = paid ? WebhookEventTypes.InvoicePaymentSucceeded : WebhookEventTypes.InvoicePaymentFailed;
        await outbox.AddAsync(session, scope, [new Announcement(type, told)], cause.At).ConfigureAwait(false);
    }

    public async Task<Cause> CauseOfAsync(Session session, Scope scope, BillingEvent billing) =>
        new(ChangeSource.Stripe, billing.Id, await clock.NowAsync(session, scope).ConfigureAwait(false), "stripe", billing.Id);
}
