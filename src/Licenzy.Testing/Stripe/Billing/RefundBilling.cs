namespace Licenzy.Testing;

/// <summary>Money that goes back to the payer. The charge's sum moves with every refund, and back when one fails.</summary>
internal sealed class RefundBilling(StripeBooks books, DoubleClock clock)
{
    public Change<StripeRefund> Refund(string paidId, long? amount, bool pending, string reason)
    {
        var now = clock.Now;
        var before = PaidCharge.Find(books, paidId);
        var left = before.Amount - before.AmountRefunded;
        var back = amount ?? left;
        if (back < 1 || back > left)
            throw new InvalidOperationException($"Of charge '{before.Id}' {left} can be refunded, not {back}.");

        var refund = new StripeRefund
        {
            Charge = before.Id, PaymentIntent = before.PaymentIntent, Status = pending ? "pending" : "succeeded", Amount = back,
            Currency = before.Currency, Reason = reason, Created = now, Livemode = before.Livemode,
        };
        books.Refunds.Add(refund.Id, refund);

        // Stripe counts a refund from the moment it is made, pending or not.
        var after = books.Charges[before.Id] = before with { AmountRefunded = before.AmountRefunded + back };
        List<PendingEvent> events =
        [
            new(now, options => StripeEvents.RefundCreated(refund, options)),
            new(now, options => StripeEvents.ChargeRefunded(after, before, options)),
        ];
        if (!pending)
            events.Add(new PendingEvent(now, options => StripeEvents.RefundUpdated(refund, refund, options)));
        return new(refund, events);
    }

    public Change<StripeRefund> Settle(string id)
    {
        var now = clock.Now;
        var before = Find(id);
        if (before.Status != "pending")
            throw new InvalidOperationException($"The refund '{id}' is {before.Status}, not pending.");
        var after = books.Refunds[id] = before with { Status = "succeeded" };
        return new(after, [new PendingEvent(now, options => StripeEvents.RefundUpdated(after, before, options))]);
    }

    public Change<StripeRefund> Fail(string id, string reason)
    {
        var now = clock.Now;
        var before = Find(id);
        if (before.Status == "failed")
            throw new InvalidOperationException($"The refund '{id}' has failed already.");
        var after = books.Refunds[id] = before with { Status = "failed", FailureReason = reason };
        var charge = books.Charges[before.Charge];
        books.Charges[charge.Id] = charge with { AmountRefunded = charge.AmountRefunded - before.Amount };
        return new(
            after,
            [
                new PendingEvent(now, options => StripeEvents.RefundUpdated(after, before, options)),
                new PendingEvent(now, options => StripeEvents.RefundFailed(after, before, options)),
            ]);
    }

    private StripeRefund Find(string id) =>
        books.Refunds.TryGetValue(id, out var found) ? found : throw new ArgumentException($"There is no refund '{id}'.", nameof(id));
}
