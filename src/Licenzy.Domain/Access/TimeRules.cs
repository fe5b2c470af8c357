using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Access;

/// <summary>What sort of thing time did, as it is told to others (CONTRACT §1, the time-driven types).</summary>
public enum TimeNewsKind
{
    /// <summary>The right ends in 72 hours, if nothing happens.</summary>
    Expiring,

    /// <summary>The right was usable and is no longer.</summary>
    Expired,

    /// <summary>Anything else: it began, or its reason is another.</summary>
    Updated,
}

/// <summary>One thing that time alone did to a right.</summary>
/// <param name="Right">The right.</param>
/// <param name="Kind">What.</param>
/// <param name="At">The instant at which it happened, however late one looks.</param>
/// <param name="Reason">The right's reason from then on.</param>
public sealed record TimeNews(Entitlement Right, TimeNewsKind Kind, DateTimeOffset At, Reason Reason);

/// <summary>
/// What time alone does to rights, and when it does so next. Looking twice as often finds the same things: what lies between two instants depends on
/// them and the rights alone.
/// </summary>
public static class TimeRules
{
    /// <summary>How long before a right's end it is announced.</summary>
    public static TimeSpan Notice { get; } = TimeSpan.FromHours(72);

    /// <summary>What happened after <paramref name="from"/> and until <paramref name="until"/>, in the order in which it happened.</summary>
    public static IReadOnlyList<TimeNews> Between(IReadOnlyList<Entitlement> rights, DateTimeOffset from, DateTimeOffset until, Leeway leeway) =>
    [
        .. rights.SelectMany(right => After(right, from, leeway).TakeWhile(news => news.At <= until))
            .OrderBy(news => news.At)
            .ThenBy(news => news.Right.CreatedAt)
            .ThenBy(news => news.Right.Id, StringComparer.Ordinal),
    ];

    /// <summary>When somebody should look again: the first instant after <paramref name="from"/> at which there is news; <see langword="null"/> if never.</summary>
    public static DateTimeOffset? NextDueAt(IReadOnlyList<Entitlement> rights, DateTimeOffset from, Leeway leeway) =>
        rights.Min(right => After(right, from, leeway).Select(news => (DateTimeOffset?)news.At).FirstOrDefault());

    // From change to change; a right has at most four of them ahead (start, period end, leeway end, cancel).
    private static IEnumerable<TimeNews> After(Entitlement right, DateTimeOffset from, Leeway leeway)
    {
        var (since, state) = (from, right.At(from, leeway));
        while (true)
        {
            if (NoticeAt(right, state) is { } notice && notice > since && !(notice >= state.ChangesAt))
            {
                yield return new TimeNews(right, TimeNewsKind.Expiring, notice, state.Reason);
            }

            if (state.ChangesAt is not { } next)
            {
                yield break;
            }

            var after = right.At(next, leeway);
            yield return new TimeNews(right, state.IsAvailable && !after.IsAvailable ? TimeNewsKind.Expired : TimeNewsKind.Updated, next, after.Reason);
            // A right that only begins 72 hours or less before its end is not announced as ending: its beginning says when.
            if (state.IsAvailable && NoticeAt(right, after) == next)
            {
                yield return new TimeNews(right, TimeNewsKind.Expiring, next, after.Reason);
            }

            (since, state) = (next, after);
        }
    }

    private static DateTimeOffset? NoticeAt(Entitlement right, Availability state) => LastsUntil(right, state) - Notice;

    // When a usable right ends if nothing happens. A period that renews by itself is no end; a trial's is, though a card may be on file, as it is for
    // Stripe; and so is a grace's.
    private static DateTimeOffset? LastsUntil(Entitlement right, Availability state) => state.Reason switch
    {
        Reason.TimePassActive or Reason.UsagePackAvailable => right.ExpiresAt,
        Reason.SubscriptionTrialing or Reason.SubscriptionCanceling or Reason.PastDueInGrace => state.ChangesAt,
        Reason.SubscriptionActive or Reason.RenewalPending => right.Subscription is { } terms ? terms.CancelAt : right.ExpiresAt,
        _ => null,
    };
}
