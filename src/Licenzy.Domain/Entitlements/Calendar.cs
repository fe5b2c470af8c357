namespace Licenzy.Domain.Entitlements;

/// <summary>The calendar ends with the year 9999: what would end later ends there.</summary>
public static class Calendar
{
    /// <summary>The last instant there is, in whole milliseconds, as the database keeps instants.</summary>
    public static DateTimeOffset End { get; } = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());

    /// <summary>So many days later.</summary>
    public static DateTimeOffset PlusDays(this DateTimeOffset start, long days) => days < (End - start).TotalDays ? start.AddDays(days) : End;

    /// <summary>So much later.</summary>
    public static DateTimeOffset Plus(this DateTimeOffset start, TimeSpan time) => time < End - start ? start + time : End;
}
