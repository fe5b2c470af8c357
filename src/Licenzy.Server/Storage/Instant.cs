namespace Licenzy.Server.Storage;

/// <summary>Instants in the database are Unix milliseconds, UTC.</summary>
internal static class Instant
{
    /// <summary>The year 9000, in seconds: nothing sensible comes later, and sums with it stay within the calendar.</summary>
    public const long Latest = 221_845_392_000;

    public static DateTimeOffset Of(long millis) => DateTimeOffset.FromUnixTimeMilliseconds(millis);

    public static DateTimeOffset? Of(long? millis) => millis is { } known ? Of(known) : null;

    /// <summary>Seconds as Stripe counts them, held within the calendar.</summary>
    public static DateTimeOffset OfSeconds(long seconds) => DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, 0, Latest));

    public static long Millis(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    public static long? Millis(DateTimeOffset? instant) => instant?.ToUnixTimeMilliseconds();
}
