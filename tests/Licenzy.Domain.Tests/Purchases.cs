using FsCheck;
using FsCheck.Fluent;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Products;

namespace Licenzy.Domain.Tests;

/// <summary>Up to three one-time purchases and what became of their money, in the order in which it happened.</summary>
public sealed record Purchases(IReadOnlyList<ProductTerms> Products, IReadOnlyList<BillingEvent> Events)
{
    public const int Longest = 6;

    public DateTimeOffset End => Events[^1].CreatedAt;

    public override string ToString() => string.Join(Environment.NewLine, Events.Select(billing => $"{billing.CreatedAt:MM-dd HH:mm:ss}: {billing}"));
}

/// <summary>Purchases as Stripe tells them.</summary>
public static class PurchaseLives
{
    public static Arbitrary<Purchases> Any() => Arb.From(
        from count in Gen.Choose(1, 3)
        from products in Gen.Elements(Licenzy.Domain.Tests.Products.Pass30, Licenzy.Domain.Tests.Products.Pass30, Licenzy.Domain.Tests.Products.Pack1000).ListOf(count)
        from days in Gen.Choose(0, 40).ListOf(count)
        from delayed in Gen.Elements(true, false, false).ListOf(count)
        from contests in Contests.Of("pi").ListOf(count)
        select Told([.. products], [.. days], [.. delayed], [.. contests]));

    private static Purchases Told(ProductTerms[] products, int[] days, bool[] delayed, PaymentEvent[][] contests)
    {
        var events = products.SelectMany((_, place) => Purchase(place + 1, days[place], delayed[place], contests[place]));
        return new Purchases(products, [.. events.OrderBy(billing => billing is CheckoutEvent ? 0 : 1).Take(Purchases.Longest).OrderBy(billing => billing.CreatedAt)]);
    }

    private static IEnumerable<BillingEvent> Purchase(int number, int day, bool isDelayed, PaymentEvent[] contest)
    {
        var paidAt = Times.Day(day).AddHours(isDelayed ? 3 : 0);
        var session = $"cs_{number}";
        if (isDelayed)
            yield return Stripe.Checkout(CheckoutResult.PaymentPending, Times.Day(day), session) with { AttemptId = $"att_{number}" };
        yield return Stripe.Checkout(CheckoutResult.Paid, paidAt, session) with { AttemptId = $"att_{number}", AmountTotal = 2000 };
        foreach (var payment in contest)
            yield return Moved(payment, paidAt - Times.Noon, $"pi_{session}");
    }

    private static PaymentEvent Moved(PaymentEvent payment, TimeSpan by, string id) => payment switch
    {
        RefundEvent refund => refund with { PaymentId = id, RefundId = $"{refund.RefundId}_{id}", CreatedAt = refund.CreatedAt + by, RefundedAt = refund.RefundedAt + by },
        DisputeEvent dispute => dispute with { PaymentId = id, DisputeId = $"{dispute.DisputeId}_{id}", CreatedAt = dispute.CreatedAt + by, OpenedAt = dispute.OpenedAt + by },
        _ => payment with { PaymentId = id, CreatedAt = payment.CreatedAt + by },
    };
}
