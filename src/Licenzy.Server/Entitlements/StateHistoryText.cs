using System.Globalization;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Entitlements;

/// <summary>A subscription's history in one column: instant, <c>!</c> where past due or <c>.</c> where not, end of the period.</summary>
internal static class StateHistoryText
{
    public static StateHistory Read(string? text) => text is null ? StateHistory.None : StateHistory.Of(text.Split(' ').Select(Seen));

    public static string? Write(StateHistory? history) => history is not { Seen.Count: > 0 } ? null : string.Join(' ', history.Seen.Select(Text));

    private static StateSeen Seen(string text)
    {
        var mark = text.IndexOfAny(['!', '.']);
        return new StateSeen(At(text[..mark]), text[mark] == '!', mark + 1 < text.Length ? At(text[(mark + 1)..]) : null);
    }

    private static DateTimeOffset At(string millis) => Instant.Of(long.Parse(millis, CultureInfo.InvariantCulture));

    private static string Text(StateSeen seen) =>
        string.Create(CultureInfo.InvariantCulture, $"{Instant.Millis(seen.At)}{(seen.IsPastDue ? '!' : '.')}{Instant.Millis(seen.PeriodEnd)}");
}
