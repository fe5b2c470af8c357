namespace Licenzy.Domain.Entitlements;

/// <summary>A subscription's state at an instant, as far as a grace depends on it.</summary>
/// <param name="At">When, by Stripe's clock.</param>
/// <param name="IsPastDue">Whether a payment was outstanding.</param>
/// <param name="PeriodEnd">The end of the period it was in.</param>
public readonly record struct StateSeen(DateTimeOffset At, bool IsPastDue, DateTimeOffset? PeriodEnd);

/// <summary>
/// The newest states that were heard of, in the order in which they happened and not in which they were told: when dunning began can only be read
/// from all of them, and a late event goes to its own place.
/// </summary>
public sealed class StateHistory : IEquatable<StateHistory>
{
    /// <summary>How many states are remembered; news later than that many others has nothing to add.</summary>
    public const int Longest = 16;

    private StateHistory(StateSeen[] seen) => Seen = seen;

    /// <summary>Nothing heard yet.</summary>
    public static StateHistory None { get; } = new([]);

    /// <summary>The states, oldest first.</summary>
    public IReadOnlyList<StateSeen> Seen { get; }

    /// <summary>The history of these states. Of many alike in a row the first and the last tell all, so that no number of updates pushes out a beginning.</summary>
    public static StateHistory Of(IEnumerable<StateSeen> seen)
    {
        StateSeen[] all = [.. seen.OrderBy(state => state.At)];
        return new([.. all.Where((state, place) => place == 0 || place == all.Length - 1 || !Alike(all[place - 1], state) || !Alike(state, all[place + 1])).TakeLast(Longest)]);
    }

    /// <summary>The history with one more state; a second one of the same instant replaces the first.</summary>
    public StateHistory With(StateSeen state) => Of(Seen.Where(known => known.At != state.At).Append(state));

    /// <summary>
    /// When dunning began: at the first past_due of the run that goes on until now, or of an earlier run in the same period. Failing again buys
    /// no further grace, and neither does a period that turns meanwhile.
    /// </summary>
    public DateTimeOffset? PastDueSince(DateTimeOffset? periodEnd)
    {
        var last = Last(state => state.IsPastDue);
        if (last < 0)
        {
            return null;
        }

        var inPeriod = First(state => state.IsPastDue && state.PeriodEnd == periodEnd);
        return inPeriod < 0 || BeginOf(last) < BeginOf(inPeriod) ? BeginOf(last) : BeginOf(inPeriod);
    }

    /// <inheritdoc />
    public bool Equals(StateHistory? other) => other is not null && Seen.SequenceEqual(other.Seen);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as StateHistory);

    /// <inheritdoc />
    public override int GetHashCode() => Seen.Aggregate(0, (hash, state) => HashCode.Combine(hash, state));

    /// <inheritdoc />
    public override string ToString() => string.Join(" ", Seen.Select(state => $"{state.At:MM-dd'T'HH:mm:ss}{(state.IsPastDue ? "!" : "")}"));

    private static bool Alike(StateSeen one, StateSeen other) => one.IsPastDue == other.IsPastDue && one.PeriodEnd == other.PeriodEnd;

    private DateTimeOffset BeginOf(int place)
    {
        while (place > 0 && Seen[place - 1].IsPastDue)
        {
            place--;
        }

        return Seen[place].At;
    }

    private int First(Func<StateSeen, bool> fits) => Seen.TakeWhile(state => !fits(state)).Count() is var place && place < Seen.Count ? place : -1;

    private int Last(Func<StateSeen, bool> fits) => Seen.Count - 1 - Seen.Reverse().TakeWhile(state => !fits(state)).Count();
}
