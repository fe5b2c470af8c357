using FsCheck;
using FsCheck.Fluent;
using Licenzy.Domain.Billing;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests;

/// <summary>How a payment of 2,000 made at <see cref="Times.Noon"/> may be taken back, and come back.</summary>
internal static class Contests
{
    public static Gen<PaymentEvent[]> Of(string payment) => Gen.OneOf(
        Gen.Constant(Array.Empty<PaymentEvent>()), Refunded(payment), Refunded(payment), InParts(payment), Disputed(payment), Disputed(payment));

    // Told twice, as Stripe does: by the refund and by the charge; then perhaps it fails.
    private static Gen<PaymentEvent[]> Refunded(string payment) =>
        from day in Gen.Elements(3, 10, 29, 31, 45)
        from fails in Gen.Elements(true, false)
        from told in Gen.Elements(true, false)
        select new PaymentEvent?[]
        {
            Stripe.Refund(Day(day), payment: payment),
            told ? Stripe.Charge(2000, Day(day).AddSeconds(1), payment) : null,
            fails ? Stripe.Refund(Day(day + 5), failed: true, madeAt: Day(day), payment: payment) : null,
        }.OfType<PaymentEvent>().ToArray();

    private static Gen<PaymentEvent[]> InParts(string payment) =>
        from second in Gen.Elements(500, 1500)
        select new PaymentEvent[]
        {
            Stripe.Refund(Day(3), 500, id: "re_a", payment: payment),
            Stripe.Refund(Day(6), second, id: "re_b", payment: payment),
            Stripe.Charge(500 + second, Day(6).AddSeconds(1), payment),
        };

    private static Gen<PaymentEvent[]> Disputed(string payment) =>
        from opened in Gen.Elements(2, 20, 40)
        from first in Gen.Elements(DisputeStatus.Inquiry, DisputeStatus.Open, DisputeStatus.Open)
        from last in Gen.Elements<DisputeStatus?>(null, DisputeStatus.Won, DisputeStatus.Lost, DisputeStatus.Open)
        select new PaymentEvent?[]
        {
            Stripe.Dispute(first, Day(opened), payment: payment),
            last is { } end ? Stripe.Dispute(end, Day(opened + 8), Day(opened), payment: payment) : null,
        }.OfType<PaymentEvent>().ToArray();
}
