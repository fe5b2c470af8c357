using System.Text.Json;
using System.Text.Unicode;
using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Checkout;

namespace Licenzy.Server.StripeInbound;

/// <summary>
/// Reads events of every API version into our words; no Stripe JSON goes beyond this line. Both shapes of a subscription's period (on the item
/// since 2025-03-31, before that on top) and of an invoice's subscription (<c>parent.subscription_details</c>, before that <c>subscription</c>).
/// </summary>
internal static class StripeEventReader
{
    private const int MaxDepth = 64;

    /// <summary>The event, or <see langword="null"/> where the body is not an event at all.</summary>
    public static BillingEvent? Read(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return Read(document.RootElement);
        }
        catch (Exception nonsense) when (nonsense is JsonException or InvalidOperationException)
        {
            // Not JSON, or text with lone surrogates in it.
            return null;
        }
    }

    private static BillingEvent? Read(JsonElement root)
    {
        if (root.Text("object") != "event" || root.Text("id") is not { } id || root.Text("type") is not { } type
            || root.Time("created") is not { } created || root.Object("data")?.Object("object") is not { } subject)
        {
            return null;
        }

        var head = new UnknownEvent { Id = id, Type = type, CreatedAt = created, Livemode = root.Flag("livemode"), Account = root.Text("account") };
        return type switch
        {
            "checkout.session.completed" => Checkout(head, subject, subject.Text("payment_status") switch
            {
                "paid" or "no_payment_required" => CheckoutResult.Paid,
                _ => CheckoutResult.PaymentPending,
            }),
            "checkout.session.async_payment_succeeded" => Checkout(head, subject, CheckoutResult.Paid),
            "checkout.session.async_payment_failed" => Checkout(head, subject, CheckoutResult.PaymentFailed),
            "checkout.session.expired" => Checkout(head, subject, CheckoutResult.Expired),
            "customer.subscription.created" or "customer.subscription.updated" or "customer.subscription.deleted"
                or "customer.subscription.paused" or "customer.subscription.resumed" => Subscription(head, subject),
            "invoice.paid" or "invoice.payment_succeeded" => Invoice(head, subject, InvoiceResult.Paid),
            "invoice.payment_failed" => Invoice(head, subject, InvoiceResult.PaymentFailed),
            _ => head,
        };
    }

    private static BillingEvent? Checkout(BillingEvent head, JsonElement session, CheckoutResult result) =>
        session.Text("id") is not { } id ? null
        : session.Text("mode") is not ("payment" or "subscription") ? head
        : new CheckoutEvent
        {
            Id = head.Id,
            Type = head.Type,
            CreatedAt = head.CreatedAt,
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
        };

    private static SubscriptionEvent? Subscription(BillingEvent head, JsonElement subscription)
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
            EndedAt = subscription.Time("ended_at") ?? (deleted ? subscription.Time("canceled_at") : null),
            IsCreation = head.Type == "customer.subscription.created",
        };
    }

    private static SubscriptionItem Item(JsonElement item, JsonElement subscription) => new(
        item.Text("id"),
        item.Id("price") ?? item.Id("plan"),
        item.Number("quantity") is { } quantity and >= 1 and <= 1_000_000 ? quantity : 1,
        item.Time("current_period_start") ?? subscription.Time("current_period_start"),
        item.Time("current_period_end") ?? subscription.Time("current_period_end"));

    private static InvoiceEvent? Invoice(BillingEvent head, JsonElement invoice, InvoiceResult result) =>
        invoice.Text("id") is not { } id ? null : new InvoiceEvent
        {
            Id = head.Id,
            Type = head.Type,
            CreatedAt = head.CreatedAt,
            Livemode = head.Livemode,
            Account = head.Account,
            InvoiceId = id,
            Result = result,
            SubscriptionId = invoice.Object("parent")?.Object("subscription_details")?.Id("subscription") ?? invoice.Id("subscription"),
            Lines = [.. invoice.List("lines").Select(Line).OfType<InvoiceLine>()],
        };

    private static InvoiceLine? Line(JsonElement line)
    {
        var parent = line.Object("parent")?.Object("subscription_item_details");
        var proration = line.Flag("proration") || (parent?.Flag("proration") ?? false);
        var period = line.Object("period");
        return proration ? null : new InvoiceLine(
            parent?.Id("subscription_item") ?? line.Id("subscription_item"), period?.Time("start"), period?.Time("end"));
    }
}
