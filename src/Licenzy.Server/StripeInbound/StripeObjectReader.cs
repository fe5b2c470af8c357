using System.Text.Json;
using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Checkout;

namespace Licenzy.Server.StripeInbound;

/// <summary>
/// Reads Stripe's objects, from an event or fetched, in both shapes of a subscription's period (on the item since 2025-03-31, before that on top)
/// and of an invoice's subscription (<c>parent.subscription_details</c>, before that <c>subscription</c>). The head says what they are news of.
/// </summary>
internal static class StripeObjectReader
{
    public static BillingEvent? Checkout(BillingEvent head, JsonElement session, CheckoutResult result) =>
        session.Text("id") is not { } id ? null
        : session.Text("mode") is not ("payment" or "subscription") ? head
        : new CheckoutEvent
        {
            Id = head.Id,
            Type = head.Type,
            CreatedAt = head.CreatedAt,
            IsFetched = head.IsFetched,
            Livemode = head.Livemode,
            Account = head.Account,
            SessionId = id,
            Result = result,
            AttemptId = session.Object("metadata")?.Text(CheckoutForm.AttemptKey),
            ClientReferenceId = session.Text("client_reference_id"),
            FromPaymentLink = session.Id("payment_link") is not null,
            CustomerId = session.Id("customer"),
            SubscriptionId = session.Id("subscription"),
            PaymentIntentId = session.Id("payment_intent"),
            AmountTotal = session.Number("amount_total"),
            Currency = session.Text("currency"),
        };

    public static SubscriptionEvent? Subscription(BillingEvent head, JsonElement subscription)
    {
        if (subscription.Text("id") is not { } id)
        {
            return null;
        }

        var deleted = head.Type == "customer.subscription.deleted";
        return new SubscriptionEvent
        {
            Id = head.Id,
            Type = head.Type,
            CreatedAt = head.CreatedAt,
            IsFetched = head.IsFetched,
            Livemode = head.Livemode,
            Account = head.Account,
            SubscriptionId = id,
            Status = deleted ? StripeSubscriptionStatus.Canceled
                : Words.Find<StripeSubscriptionStatus>(subscription.Text("status")) ?? StripeSubscriptionStatus.Unknown,
            Items = [.. subscription.List("items").Select(item => Item(item, subscription))],
            AttemptId = subscription.Object("metadata")?.Text(CheckoutForm.AttemptKey),
            CustomerId = subscription.Id("customer"),
            CancelAt = subscription.Time("cancel_at"),
            CancelAtPeriodEnd = subscription.Flag("cancel_at_period_end"),
            StartedAt = subscription.Time("created"),
            EndedAt = subscription.Time("ended_at") ?? (deleted ? subscription.Time("canceled_at") : null),
            IsCreation = head.Type == "customer.subscription.created",
        };
    }

    public static InvoiceEvent? Invoice(BillingEvent head, JsonElement invoice, InvoiceResult result) =>
        invoice.Text("id") is not { } id ? null : new InvoiceEvent
        {
            Id = head.Id,
            Type = head.Type,
            CreatedAt = head.CreatedAt,
            IsFetched = head.IsFetched,
            Livemode = head.Livemode,
            Account = head.Account,
            InvoiceId = id,
            Result = result,
            SubscriptionId = invoice.Object("parent")?.Object("subscription_details")?.Id("subscription") ?? invoice.Id("subscription"),
            PaidAt = invoice.Object("status_transitions")?.Time("paid_at") ?? head.CreatedAt,
            AmountPaid = invoice.Number("amount_paid"),
            AmountDue = invoice.Number("amount_due"),
            Currency = invoice.Text("currency"),
            PaymentIds = [.. StripePaymentReader.PaymentsOf(invoice)],
            Lines = [.. invoice.List("lines").Select(Line).OfType<InvoiceLine>()],
        };

    private static SubscriptionItem Item(JsonElement item, JsonElement subscription) => new(
        item.Text("id"),
        item.Id("price") ?? item.Id("plan"),
        item.Quantity(),
        item.Time("current_period_start") ?? subscription.Time("current_period_start"),
        item.Time("current_period_end") ?? subscription.Time("current_period_end"));

    private static InvoiceLine? Line(JsonElement line)
    {
        var parent = line.Object("parent")?.Object("subscription_item_details");
        var proration = line.Flag("proration") || (parent?.Flag("proration") ?? false);
        var period = line.Object("period");
        return proration ? null : new InvoiceLine(
            parent?.Id("subscription_item") ?? line.Id("subscription_item"), period?.Time("start"), period?.Time("end"));
    }
}
