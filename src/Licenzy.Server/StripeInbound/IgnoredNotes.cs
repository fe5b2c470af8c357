using System.Collections.Concurrent;

namespace Licenzy.Server.StripeInbound;

/// <summary>
/// How many ignored events of a connection leave an audit row: enough to see that and why, and not one for each that another account or mode sends
/// for as long as its endpoint is set up wrongly.
/// </summary>
internal sealed class IgnoredNotes
{
    /// <summary>The bound on rows in an hour, for each connection and server.</summary>
    public const int MostAnHour = 20;

    private readonly ConcurrentDictionary<string, (long Hour, int Notes)> _noted = new(StringComparer.Ordinal);

    public bool MayNote(string connectionId, DateTimeOffset now)
    {
        var hour = now.ToUnixTimeSeconds() / 3600;
        return _noted.AddOrUpdate(connectionId, (hour, 1), (_, known) => (hour, known.Hour == hour ? Math.Min(known.Notes, MostAnHour) + 1 : 1)).Notes <= MostAnHour;
    }
}
