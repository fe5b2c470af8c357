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
        SubscriptionEvent state => $"{Hour(state)}: {(state.IsCreation ? "created " : "")}{(state.IsFetched ? "fetched " : "")}{state.Status}, "
            + $"{string.Join(" + ", state.Items.Select(item => $"{item.PriceId} × {item.Quantity}"))}, to {state.Items[0].PeriodEnd:MM-dd}, "
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
        from also in Gen.Elements(Also.Nothing, Also.Nothing, Also.SecondItem, Also.SecondPayment, Also.StaleAnswer)
        select Told(states, creation, sameSecond, checkout, invoiced, contested, also));

    // What makes a story less plain.
    private enum Also
    {
        Nothing,

        // Of another product, in every state.
        SecondItem,

        // The first invoice was paid in two parts, and the second is given back.
        SecondPayment,

        // An answer of Stripe's that shows the state before the last, and is dated after it: the end's last second.
        StaleAnswer,
    }

    private static Gen<SubscriptionEvent[]> States { get; } =
        from count in Gen.Choose(1, 4)
        from span in Gen.Elements(25, 80)
        from days in Gen.Choose(1, span).ListOf(count).Select(days => days.Distinct().Order().ToArray())
        from drawn in State.ListOf(count)
        from ends in Gen.Elements(true, false, false)
        select Ended([.. days.Zip(drawn, (day, state) => At(state, day))], ends);

    // At the first instant; At moves it to its own.
    private static Gen<SubscriptionEvent> State { get; } =
        from status in Gen.Elements(Active, Active, Trialing, PastDue, PastDue, Unpaid, Paused, Unknown)
        from fetched in Gen.Elements(false, false, true)
        from product in Gen.Elements(Products.Pro, Products.Pro, Products.Plus, Products.Lite)
        from quantity in Gen.Choose(1, 3)
        from flag in Gen.Elements(false, false, true)
        from cancelDay in Gen.Elements<int?>(null, null, 20, 60, 90)
        select Stripe.State(status, Times.Noon, product, quantity) with
        {
            IsFetched = fetched && status != Unknown,
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
            states[^1] = states[^1] with { Status = Canceled, IsFetched = false, EndedAt = states[^1].CreatedAt };
        return states;
    }

    private static Lifecycle Told(
        SubscriptionEvent[] states, StripeSubscriptionStatus? creation, bool sameSecond, int? checkoutSeconds, int? invoiceMinutes,
        PaymentEvent[] contested, Also also)
    {
        states = also == Also.SecondItem ? [.. states.Select(state => state with { Items = [state.Items[0], Second(state.Items[0])] })] : states;
        var first = states[0];
        var created = creation is { } status
            ? first with
            {
                Id = "evt_created",
                Status = status,
                IsCreation = true,
                IsFetched = false,
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
        var paid = invoices.Select((invoice, place) => also == Also.SecondPayment && place == 0 ? invoice with { AmountPaid = 4000 } : invoice).ToArray();
        // Stripe has said which invoice the contested payment paid.
        PaymentEvent[] about = paid is [var paying, ..]
            ? [.. contested.Select(payment => At(payment, paying.CreatedAt)), Stripe.Charge(0, paying.CreatedAt.AddMinutes(1), "pi_in", paying.InvoiceId) with { Id = "evt_link" }]
            : [];
        if (also == Also.SecondPayment && paid.Length > 0)
        {
            var at = paid[0].CreatedAt;
            about =
            [
                Stripe.Refund(at.AddDays(1), id: "re_in", payment: "pi_in"), Stripe.Charge(0, at.AddMinutes(1), "pi_in", paid[0].InvoiceId) with { Id = "evt_link" },
                Stripe.Refund(at.AddDays(2), id: "re_in_2", payment: "pi_in_2"), Stripe.Charge(2000, at.AddDays(2), "pi_in_2", paid[0].InvoiceId) with { Id = "evt_link_2" },
            ];
        }

        var stale = also == Also.StaleAnswer && states is [.., var before, { Status: Canceled } end]
            ? before with { Id = "evt_stale", IsFetched = true, CreatedAt = end.CreatedAt.AddSeconds(1) }
            : null;
        return new Lifecycle(
        [
            .. states.AsEnumerable<BillingEvent?>().Append(stale).Append(created).Append(checkout).Concat(paid.Take(also == Also.SecondPayment ? 1 : 2)).Concat(about)
                .OfType<BillingEvent>()
                .OrderBy(billing => billing is PaymentEvent or SubscriptionEvent ? 0 : 1).Take(Lifecycle.Longest)
                .OrderBy(billing => billing.CreatedAt).ThenBy(billing => billing is SubscriptionEvent { IsCreation: true } ? 0 : 1),
        ]);
    }

    private static SubscriptionItem Second(SubscriptionItem first) => first with { Id = "si_2", PriceId = Products.PriceOf(Products.Addon), Quantity = 1 };

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
