namespace Licenzy.Domain.Tests;

/// <summary>Fixed instants: no test asks a clock.</summary>
internal static class Times
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Day(double days) => Noon.AddDays(days);

    /// <summary>The instant itself and its nearest neighbours, where rules that are wrong by a hair show.</summary>
    public static IEnumerable<DateTimeOffset> Around(DateTimeOffset instant) =>
        [instant.AddSeconds(-1), instant.AddTicks(-1), instant, instant.AddTicks(1), instant.AddSeconds(1)];
}
