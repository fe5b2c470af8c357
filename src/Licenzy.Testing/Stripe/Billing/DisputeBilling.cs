namespace Licenzy.Testing;

/// <summary>A payer's bank asks, takes the money back, and decides.</summary>
internal sealed class DisputeBilling(StripeBooks books, DoubleClock clock)
{
    public Change<StripeDispute> Open(string paidId, long? amount, string reason, bool inquiry)
    {
        var charge = PaidCharge.Find(books, paidId);
        if (books.Disputes.Values.Any(known => known.Charge == charge.Id && !known.IsClosed))
            throw new InvalidOperationException($"A dispute of charge '{charge.Id}' is open already.");
        var dispute = new StripeDispute
        {
            Charge = charge.Id, PaymentIntent = charge.PaymentIntent, Status = inquiry ? "warning_needs_response" : "needs_response",
            Amount = amount ?? charge.Amount, Currency = charge.Currency, Reason = reason, Created = clock.Now, Livemode = charge.Livemode,
        };
        books.Charges[charge.Id] = charge with { Disputed = true };
        books.Disputes.Add(dispute.Id, dispute);
        return new(dispute, [new PendingEvent(dispute.Created, options => StripeEvents.DisputeCreated(dispute, options))]);
    }

    public Change<StripeDispute> Respond(string id) => Update(id, before => before.Status switch
    {
        "needs_response" => before with { Status = "under_review", Submissions = before.Submissions + 1 },
        "warning_needs_response" => before with { Status = "warning_under_review", Submissions = before.Submissions + 1 },
        _ => throw Wrong(before, "waiting for an answer"),
    });

    public Change<StripeDispute> Escalate(string id) => Update(
        id, before => before is { IsInquiry: true, IsClosed: false } ? before with { Status = "needs_response" } : throw Wrong(before, "an open inquiry"));

    public Change<StripeDispute> Close(string id, string status)
    {
        var before = Find(id);
        if (before.IsClosed || before.IsInquiry != (status == "warning_closed"))
            throw Wrong(before, status == "warning_closed" ? "an open inquiry" : "an open dispute");
        var (now, after) = (clock.Now, books.Disputes[id] = before with { Status = status });
        return new(after, [new PendingEvent(now, options => StripeEvents.DisputeClosed(after, options))]);
    }

    private Change<StripeDispute> Update(string id, Func<StripeDispute, StripeDispute> with)
    {
        var now = clock.Now;
        var before = Find(id);
        var after = books.Disputes[id] = with(before);
        return new(after, [new PendingEvent(now, options => StripeEvents.DisputeUpdated(after, before, options))]);
    }

    private StripeDispute Find(string id) =>
        books.Disputes.TryGetValue(id, out var found) ? found : throw new ArgumentException($"There is no dispute '{id}'.", nameof(id));

    private static InvalidOperationException Wrong(StripeDispute dispute, string expected) =>
        new($"The dispute '{dispute.Id}' is {dispute.Status}, not {expected}.");
}
