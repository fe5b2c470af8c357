namespace Licenzy.Following;

/// <summary>A place in the feed: opaque, and fit for a header.</summary>
internal static class FeedPosition
{
    private const int Longest = 255;

    public static bool IsUsable(string position) => position.Length is > 0 and <= Longest && !position.Any(letter => letter is <= ' ' or > '~');

    public static string? Require(string? lastEventId) => lastEventId is null || IsUsable(lastEventId)
        ? lastEventId
        : throw new ArgumentException("A position is 1 to 255 visible ASCII characters, as an earlier item had it. Pass null to begin now.", nameof(lastEventId));
}
