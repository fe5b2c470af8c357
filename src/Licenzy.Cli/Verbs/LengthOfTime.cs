using System.Globalization;
using System.Text.RegularExpressions;

namespace Licenzy.Cli.Verbs;

/// <summary>A length of time as people write it, and as this tool prints it: <c>9d 8h 56m 16s</c>.</summary>
internal static partial class LengthOfTime
{
    /// <summary>What to write.</summary>
    public const string Examples = "30d, 12h, 45m or 90s, 1w, or several together, 9d 8h 56m";

    /// <summary>Its seconds; <see langword="null"/> where it is none. Each unit stands once, the largest first.</summary>
    public static long? Seconds(string text)
    {
        var match = Written().Match(text);
        return text.Length == 0 || !match.Success ? null
            : (Number(match, "w") * 604_800) + (Number(match, "d") * 86_400) + (Number(match, "h") * 3_600) + (Number(match, "m") * 60) + Number(match, "s");
    }

    public static string Text(long seconds) => TimeSpan.FromSeconds(seconds).ToString("d'd 'h'h 'm'm 's's'", CultureInfo.InvariantCulture);

    private static long Number(Match match, string unit) => match.Groups[unit].Success ? long.Parse(match.Groups[unit].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^((?<w>[0-9]{1,9})w)?( ?(?<d>[0-9]{1,9})d)?( ?(?<h>[0-9]{1,9})h)?( ?(?<m>[0-9]{1,9})m)?( ?(?<s>[0-9]{1,9})s)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
