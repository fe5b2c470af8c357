namespace Licenzy.Server.Storage;

/// <summary>Instants in the database are Unix milliseconds, UTC.</summary>
internal static class Instant
{
    public static DateTimeOffset Of(long millis) => DateTimeOffset.FromUnixTimeMilliseconds(millis);

    public static DateTimeOffset? Of(long? millis) => millis is { } known ? Of(known) : null;

    public static long Millis(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    public static long? Millis(DateTimeOffset? instant) => instant?.ToUnixTimeMilliseconds();
}
