using System.Collections.Immutable;

namespace Licenzy.Server.Tests.Model;

/// <summary>
/// What one customer may do, said as plainly as CONTRACT §5 says it, and independently of the rules that the server follows: what happened is
/// written down in the order in which it happened, and every question is answered from that. Two values of it are what is true at Stripe and what
/// the server was told of it.
/// </summary>
internal sealed record ReferenceModel(ImmutableList<ModelRight> Rights)
{
    // CONTRACT §1; it leaves open what comes after the first four.
    private static readonly string[] BestFirst = ["active", "trialing", "past_due", "canceled", "paused", "suspended", "expired", "revoked"];

    public static ReferenceModel Nobody { get; } = new([]);

    /// <summary>A one-time purchase was paid.</summary>
    public ReferenceModel Bought(string payment, string product, long quantity, long amount, DateTimeOffset at) =>
        Add(new ModelRight(payment, product, at) { Quantity = quantity, Payments = [new ModelPayment(payment, amount, null)] });

    public ReferenceModel Subscribed(string id, string product, long quantity, DateTimeOffset periodEnd, DateTimeOffset at) =>
        Add(new ModelRight(id, product, at) { Quantity = quantity, State = "active", PeriodEnd = periodEnd });

    /// <summary>An operator's gift: a pass without a date of its own begins after those that are held; it stays where it was put.</summary>
    public ReferenceModel Given(string id, string product, DateTimeOffset? until, DateTimeOffset at)
    {
        var gift = new ModelRight(id, product, at) { IsGift = true, End = until };
        return Add(product != ModelProducts.Pass || until is not null ? gift : Placed(gift, Rights));
    }

    public ReferenceModel Revoked(string id, DateTimeOffset at) => With(id, right => right with { RevokedAt = at });

    /// <summary>The period turned: units begin anew, and so does any grace.</summary>
    public ReferenceModel Turned(string id, DateTimeOffset periodEnd) =>
        With(id, right => right with { PeriodEnd = periodEnd, Used = 0, PastDueSince = null });

    /// <summary>An invoice of the current period was paid.</summary>
    public ReferenceModel Invoiced(string id, string invoice, long amount) =>
        With(id, right => right with { Payments = right.Payments.Add(new ModelPayment(invoice, amount, right.PeriodEnd)) });

    public ReferenceModel Became(string id, string state, DateTimeOffset at) => With(id, right => right with
    {
        State = state, PastDueSince = state == "past_due" ? right.PastDueSince ?? at : right.PastDueSince, EndedAt = state == "canceled" ? at : null,
    });

    public ReferenceModel Canceling(string id, DateTimeOffset? end) => With(id, right => right with { CancelAt = end });

    public ReferenceModel Changed(string id, string product, long quantity) => With(id, right => right with { Product = product, Quantity = quantity });

    public ReferenceModel Refunded(string payment, string refund, long amount, DateTimeOffset at) =>
        Paid(payment, paid => paid with { Refunds = paid.Refunds.Add(new ModelRefund(refund, amount, at)) });

    public ReferenceModel RefundFailed(string payment, string refund) => Paid(payment, paid => paid with { Refunds = paid.Refunds.RemoveAll(one => one.Id == refund) });

    public ReferenceModel Disputed(string payment, DateTimeOffset at) => Paid(payment, paid => paid with { DisputedAt = at });

    public ReferenceModel DisputeClosed(string payment, bool isLost) =>
        Paid(payment, paid => paid with { IsLost = isLost, DisputedAt = isLost ? paid.DisputedAt : null });

    /// <summary>All units or none, soonest-expiring first, then oldest.</summary>
    public (ReferenceModel After, bool IsTaken, long Remaining) Consumed(long units, DateTimeOffset now)
    {
        var usable = Rights.Where(right => right.UnitsLeft > 0 && right.IsAvailable(now)).OrderBy(right => right.EndsAt ?? DateTimeOffset.MaxValue).ThenBy(right => right.BornAt).ToList();
        var left = usable.Sum(right => right.UnitsLeft!.Value);
        if (left < units)
            return (this, false, left);
        var (after, wanted) = (this, units);
        foreach (var right in usable)
        {
            var part = Math.Min(wanted, right.UnitsLeft!.Value);
            (after, wanted) = (after.With(right.Id, held => held with { Used = held.Used + part }), wanted - part);
        }

        return (after, true, left - units);
    }

    public bool IsAllowed(DateTimeOffset now) => Rights.Any(right => right.IsAvailable(now));

    /// <summary>The status of the best right: available before not.</summary>
    public string StatusAt(DateTimeOffset now) => Rights
        .OrderBy(right => right.IsAvailable(now) ? 0 : 1).ThenBy(right => Array.IndexOf(BestFirst, right.StatusAt(now)))
        .Select(right => right.StatusAt(now)).FirstOrDefault("none");

    private ReferenceModel Add(ModelRight right) => (this with { Rights = Rights.Add(right) }).Queued();

    private ReferenceModel With(string id, Func<ModelRight, ModelRight> change) =>
        (this with { Rights = [.. Rights.Select(right => right.Id == id ? change(right) : right)] }).Queued();

    private ReferenceModel Paid(string payment, Func<ModelPayment, ModelPayment> change) =>
        (this with { Rights = [.. Rights.Select(right => right with { Payments = [.. right.Payments.Select(paid => paid.Id == payment ? change(paid) : paid)] })] }).Queued();

    // Bought passes follow one another as they were paid, whatever became of the ones before: taken back, they give their place up; restored, they
    // take it again. What an operator placed or took stays where it was.
    private ReferenceModel Queued()
    {
        var queue = ImmutableList<ModelRight>.Empty;
        foreach (var right in Rights.OrderBy(right => right.BornAt))
            queue = queue.Add(right is { Product: ModelProducts.Pass, IsGift: false, RevokedAt: null } ? Placed(right, queue) : right);
        return this with { Rights = queue };
    }

    private static ModelRight Placed(ModelRight pass, IEnumerable<ModelRight> before)
    {
        var start = before.Where(right => right.Product == ModelProducts.Pass).Select(right => right.PlaceEnd).Append(pass.BornAt).Max()!.Value;
        return pass with { Start = start, End = start.AddDays(ModelProducts.PassDays * pass.Quantity) };
    }
}
