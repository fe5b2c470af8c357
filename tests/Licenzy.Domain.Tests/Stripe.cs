using Licenzy.Domain.Billing;
using Licenzy.Domain.Products;

namespace Licenzy.Domain.Tests;

/// <summary>What Stripe says, in our words.</summary>
internal static class Stripe
{
    /// <summary>The period that holds the instant; periods are 30 days and one turns at <see cref="Times.Noon"/>.</summary>
    public static (DateTimeOffset Start, DateTimeOffset End) Period(DateTimeOffset at)
    {
        var start = Times.Day(Math.Floor((at - Times.Noon).TotalDays / 30) * 30);
        return (start, start.AddDays(30));
    }

    public static CheckoutEvent Checkout(CheckoutResult result, DateTimeOffset at, string session = "cs_1", string? subscription = null) => new()
    {
        Id = $"evt_{session}_{result}_{at.Ticks}",
        Type = "checkout.session.completed",
        CreatedAt = at,
        Livemode = false,
        SessionId = session,
        Result = result,
        AttemptId = "att_1",
        CustomerId = "cus_1",
        SubscriptionId = subscription,
        PaymentIntentId = subscription is null ? $"pi_{session}" : null,
    };

    /// <summary>The state of <c>sub_1</c> with one item, in the period of its instant.</summary>
    public static SubscriptionEvent State(StripeSubscriptionStatus status, DateTimeOffset at, ProductTerms? product = null, long quantity = 1) => new()
    {
        Id = $"evt_{status}_{at.Ticks}",
        Type = "customer.subscription.updated",
        CreatedAt = at,
        Livemode = false,
        SubscriptionId = "sub_1",
        Status = status,
        Items = [Item(at, product, quantity)],
        StartedAt = Times.Noon,
        EndedAt = status is StripeSubscriptionStatus.Canceled or StripeSubscriptionStatus.IncompleteExpired ? at : null,
    };

    public static SubscriptionItem Item(DateTimeOffset at, ProductTerms? product = null, long quantity = 1, string id = "si_1") =>
        new(id, Products.PriceOf(product ?? Products.Pro), quantity, Period(at).Start, Period(at).End);

    /// <summary>An invoice of <c>sub_1</c> for the period that holds <paramref name="period"/>.</summary>
    public static InvoiceEvent Invoice(InvoiceResult result, DateTimeOffset at, DateTimeOffset period, string? item = "si_1") => new()
    {
        Id = $"evt_{result}_{at.Ticks}",
        Type = "invoice.paid",
        CreatedAt = at,
        Livemode = false,
        InvoiceId = $"in_{at.Ticks}",
        Result = result,
        SubscriptionId = "sub_1",
        PaidAt = at,
        Lines = [new InvoiceLine(item, Period(period).Start, Period(period).End)],
    };

    /// <summary>The state of the charge behind <c>cs_1</c>'s payment, or another one: 2,000 were paid.</summary>
    public static ChargeEvent Charge(long refunded, DateTimeOffset at, string payment = "pi_cs_1", string? invoice = null) => new()
    {
        Id = $"evt_charge_{refunded}_{at.Ticks}",
        Type = "charge.refunded",
        CreatedAt = at,
        Livemode = false,
        PaymentId = payment,
        ChargeId = $"ch_{payment}",
        Amount = 2000,
        AmountRefunded = refunded,
        InvoiceId = invoice,
    };

    public static RefundEvent Refund(DateTimeOffset at, long amount = 2000, bool failed = false, DateTimeOffset? madeAt = null, string id = "re_1", string payment = "pi_cs_1") => new()
    {
        Id = $"evt_{id}_{failed}_{at.Ticks}",
        Type = failed ? "refund.failed" : "refund.created",
        CreatedAt = at,
        Livemode = false,
        PaymentId = payment,
        ChargeId = $"ch_{payment}",
        RefundId = id,
        Amount = amount,
        HasFailed = failed,
        RefundedAt = madeAt ?? at,
    };

    public static DisputeEvent Dispute(DisputeStatus status, DateTimeOffset at, DateTimeOffset? openedAt = null, string id = "dp_1", string payment = "pi_cs_1") => new()
    {
        Id = $"evt_{id}_{status}_{at.Ticks}",
        Type = "charge.dispute.updated",
        CreatedAt = at,
        Livemode = false,
        PaymentId = payment,
        ChargeId = $"ch_{payment}",
        DisputeId = id,
        Status = status,
        OpenedAt = openedAt ?? at,
    };
}
