using FsCheck;
using FsCheck.Fluent;
using Licenzy.Domain.Billing;
using static Licenzy.Domain.Billing.StripeSubscriptionStatus;

namespace Licenzy.Domain.Tests;

/// <summary>The short life of one subscription: at most six events in the order in which they happened.</summary>
public sealed record Lifecycle(IReadOnlyList<BillingEvent> Events)
{
    public const int Longest = 6;

    public DateTimeOffset End => Events[^1].CreatedAt;

    // Only a failure prints it: one line an event.
    public override string ToString() => string.Join(Environment.NewLine, Events.Select(billing => billing switch
    {
        SubscriptionEvent state => $"{Hour(state)}: {(state.IsCreation ? "created " : "")}{state.Status}, "
            + $"{state.Items[0].PriceId} × {state.Items[0].Quantity}, to {state.Items[0].PeriodEnd:MM-dd}, "
            + $"cancel {(state.CancelAtPeriodEnd ? "with period " : "")}{state.CancelAt:MM-dd}",
        InvoiceEvent invoice => $"{Hour(invoice)}: invoice paid to {invoice.Lines[0].PeriodEnd:MM-dd}",
        PaymentEvent payment => $"{Hour(payment)}: {payment}",
        _ => $"{Hour(billing)}: checkout completed",
    }));

    private static string Hour(BillingEvent billing) => $"{billing.CreatedAt:MM-dd HH:mm:ss}";
}

/// <summary>Lives as Stripe tells them: dunning over any number of periods, money that is taken back and returns.</summary>
public static class Lifecycles
{
    public static Arbitrary<Lifecycle> Any() => Arb.From(
        from states in States
        from creation in Gen.Elements<StripeSubscriptionStatus?>(null, Incomplete, Trialing)
        from sameSecond in Gen.Elements(true, false)
        from checkout in Gen.Elements<int?>(null, -30, 30)
        from invoiced in Gen.Elements<int?>(null, -60, 60)
        from contested in Contests.Of("pi_in")
        select Told(states, creation, sameSecond, checkout, invoiced, contested));

    private static Gen<SubscriptionEvent[]> States { get; } =
        from count in Gen.Choose(1, 4)
        from span in Gen.Elements(25, 80)
        from days in Gen.Choose(1, span).ListOf(count).Select(days => days.Distinct().Order().ToArray())
        from drawn in State.ListOf(count)
        from ends in Gen.Elements(true, false, false)
        select Ended([.. days.Zip(drawn, (day, state) => At(state, day))], ends);

    // At the first instant; At moves it to its own.
    private static Gen<SubscriptionEvent> State { get; } =
        from status in Gen.Elements(Active, Active, Trialing, PastDue, PastDue, Unpaid, Paused)
        from product in Gen.Elements(Products.Pro, Products.Pro, Products.Plus, Products.Lite)
        from quantity in Gen.Choose(1, 3)
        from flag in Gen.Elements(false, false, true)
        from cancelDay in Gen.Elements<int?>(null, null, 20, 60, 90)
        select Stripe.State(status, Times.Noon, product, quantity) with
        {
            CancelAtPeriodEnd = flag,
            CancelAt = cancelDay is { } day ? Times.Day(day) : null,
        };

    private static SubscriptionEvent At(SubscriptionEvent state, int day) => state with
    {
        Id = $"evt_{day}",
        CreatedAt = Times.Day(day),
        Items = [state.Items[0] with { PeriodStart = Stripe.Period(Times.Day(day)).Start, PeriodEnd = Stripe.Period(Times.Day(day)).End }],
    };

    private static SubscriptionEvent[] Ended(SubscriptionEvent[] states, bool ends)
    {
        if (ends)
            states[^1] = states[^1] with { Status = Canceled, EndedAt = states[^1].CreatedAt };
        return states;
    }

    private static Lifecycle Told(
        SubscriptionEvent[] states, StripeSubscriptionStatus? creation, bool sameSecond, int? checkoutSeconds, int? invoiceMinutes,
        PaymentEvent[] contested)
    {
        var first = states[0];
        var created = creation is { } status
            ? first with
            {
                Id = "evt_created",
                Status = status,
                IsCreation = true,
                EndedAt = null,
                CreatedAt = first.CreatedAt.AddSeconds(sameSecond ? 0 : -2),
            }
            : null;
        var checkout = checkoutSeconds is { } seconds
            ? Stripe.Checkout(CheckoutResult.Paid, first.CreatedAt.AddSeconds(seconds), subscription: "sub_1")
            : null;
        var invoices = invoiceMinutes is { } minutes
            ? states.Where(state => state.Status == Active)
                .Select(state => Stripe.Invoice(InvoiceResult.Paid, state.CreatedAt.AddMinutes(minutes), state.CreatedAt))
            : [];
        var paid = invoices.ToArray();
        // Stripe has said which invoice the contested payment paid.
        PaymentEvent[] about = paid is [var paying, ..]
            ? [.. contested.Select(payment => At(payment, paying.CreatedAt)), Stripe.Charge(0, paying.CreatedAt.AddMinutes(1), "pi_in", paying.InvoiceId) with { Id = "evt_link" }]
            : [];
        return new Lifecycle(
        [
            .. states.AsEnumerable<BillingEvent?>().Append(created).Append(checkout).Concat(paid.Take(2)).Concat(about).OfType<BillingEvent>()
                .OrderBy(billing => billing is PaymentEvent or SubscriptionEvent ? 0 : 1).Take(Lifecycle.Longest)
                .OrderBy(billing => billing.CreatedAt).ThenBy(billing => billing is SubscriptionEvent { IsCreation: true } ? 0 : 1),
        ]);
    }

    private static PaymentEvent At(PaymentEvent payment, DateTimeOffset paidAt)
    {
        var moved = payment with { CreatedAt = paidAt + (payment.CreatedAt - Times.Noon) };
        return moved switch
        {
            RefundEvent refund => refund with { RefundedAt = paidAt + (refund.RefundedAt - Times.Noon) },
            DisputeEvent dispute => dispute with { OpenedAt = paidAt + (dispute.OpenedAt - Times.Noon) },
            _ => moved,
        };
    }
}
