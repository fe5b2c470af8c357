using System.Collections.Immutable;

namespace Licenzy.Server.Tests.Model;

/// <summary>What is sold in the stories of the model.</summary>
internal static class ModelProducts
{
    public const string Pass = "PASS30";
    public const string Pack = "PACK1000";
    public const string Pro = "PRO";
    public const string Plus = "PROPLUS";
    public const int PassDays = 30;

    public static long? Units(string product) => product switch { Pack => 1000, Plus => 100, _ => null };
}

internal sealed record ModelRefund(string Id, long Amount, DateTimeOffset At);

/// <summary>Money that came in, for a period or once for all, and what of it went back.</summary>
internal sealed record ModelPayment(string Id, long Amount, DateTimeOffset? PeriodEnd)
{
    public ImmutableList<ModelRefund> Refunds { get; init; } = [];

    public DateTimeOffset? DisputedAt { get; init; }

    public bool IsLost { get; init; }

    /// <summary>Since when all of it is gone, and whether for good; <see langword="null"/> while it stands. What is final counts before what is open.</summary>
    public (string Reason, DateTimeOffset Since, bool IsFinal)? Taken =>
        IsLost ? ("disputed", DisputedAt!.Value, true)
        : Refunds.Sum(refund => refund.Amount) == Amount ? ("refunded", Refunds.Max(refund => refund.At), true)
        : DisputedAt is { } since ? ("disputed", since, false)
        : null;
}

/// <summary>One right and everything that happened to it.</summary>
internal sealed record ModelRight(string Id, string Product, DateTimeOffset BornAt)
{
    private static readonly TimeSpan Grace = TimeSpan.FromDays(21);
    private static readonly TimeSpan Leeway = TimeSpan.FromHours(48);

    public long Quantity { get; init; } = 1;

    public bool IsGift { get; init; }

    public ImmutableList<ModelPayment> Payments { get; init; } = [];

    public DateTimeOffset Start { get; init; } = BornAt;

    public DateTimeOffset? End { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public long Used { get; init; }

    /// <summary>Stripe's status of a subscription; empty for what is none.</summary>
    public string State { get; init; } = "";

    public DateTimeOffset? PeriodEnd { get; init; }

    public DateTimeOffset? CancelAt { get; init; }

    public DateTimeOffset? PastDueSince { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public bool IsSubscription => State != "";

    public long? UnitsLeft =>
        ModelProducts.Units(Product) is not { } each ? null : !IsSubscription && Taken is { IsFinal: true } ? 0 : Math.Max(0, (each * Quantity) - Used);

    /// <summary>When it ends, as far as that is known.</summary>
    public DateTimeOffset? EndsAt => IsSubscription
        ? EndedAt ?? (IsCanceling ? CancelAt : PeriodEnd)
        : RevokedAt ?? (Taken is { IsFinal: true } taken ? taken.Since : End);

    /// <summary>Until when a pass keeps others waiting; <see langword="null"/> where it was taken away before it began.</summary>
    public DateTimeOffset? PlaceEnd
    {
        get
        {
            var end = new[] { End, RevokedAt, Taken is { IsFinal: true } taken ? taken.Since : null }.Min();
            return end > Start ? end : null;
        }
    }

    private bool IsCanceling => CancelAt <= PeriodEnd;

    // A subscription stands on the last invoice that was paid, as long as its period was not over; other months are a matter of their own.
    private (string Reason, DateTimeOffset Since, bool IsFinal)? Taken =>
        Payments.LastOrDefault() is { } paid && paid.Taken is { } taken && !(paid.PeriodEnd <= taken.Since) ? taken : null;

    public bool IsOver(DateTimeOffset now) => RevokedAt is not null || EndedAt is not null || End <= now;

    public bool IsAvailable(DateTimeOffset now) => ReasonAt(now) is "subscription_active" or "subscription_canceling" or "renewal_pending"
        or "past_due_in_grace" or "time_pass_active" or "usage_pack_available";

    // CONTRACT §5's precedence: terminal, refund or dispute, unpaid, past_due, canceling, active.
    public string StatusAt(DateTimeOffset now) => IsSubscription
        ? (RevokedAt, State, Taken) switch
        {
            ({ }, _, _) => "revoked",
            (_, "canceled", _) => "canceled",
            (_, "past_due" or "unpaid", _) or (_, _, { }) => "past_due",
            _ => IsCanceling ? "canceled" : "active",
        }
        : (RevokedAt, Taken) switch
        {
            ({ }, _) => "revoked",
            (_, { IsFinal: true }) => "canceled",
            (_, { IsFinal: false }) => "suspended",
            _ => End <= now ? "expired" : "active",
        };

    public string ReasonAt(DateTimeOffset now) =>
        RevokedAt is not null ? "revoked"
        : State == "canceled" ? "subscription_canceled"
        : Taken is { } taken ? taken.Reason
        : IsSubscription ? SubscriptionReasonAt(now)
        : now < Start ? "not_started"
        : Product switch
        {
            ModelProducts.Pass => End <= now ? "time_pass_expired" : "time_pass_active",
            ModelProducts.Pack => End <= now ? "usage_pack_expired" : UnitsLeft > 0 ? "usage_pack_available" : "usage_pack_exhausted",
            _ => End <= now ? "subscription_canceled" : "subscription_active",
        };

    /// <summary>Everything that the wire says of it.</summary>
    public string LineAt(DateTimeOffset now) =>
        $"{Product} {StatusAt(now)} {ReasonAt(now)} units {UnitsLeft?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"} {Start:u} to {EndsAt:u}";

    private string SubscriptionReasonAt(DateTimeOffset now) =>
        State == "unpaid" ? "payment_failed"
        : CancelAt <= now ? "subscription_canceled"
        : State == "past_due" ? now < PastDueSince + Grace ? "past_due_in_grace" : "past_due_grace_ended"
        : IsCanceling ? "subscription_canceling"
        : now < PeriodEnd ? "subscription_active"
        : now < PeriodEnd + Leeway ? "renewal_pending" : "renewal_overdue";
}
