using System.Buffers.Text;

namespace Licenzy.Load.Loading;

/// <summary>As much of an HTTP answer as a loader needs: whether all of it is there.</summary>
internal static class Answer
{
    private static ReadOnlySpan<byte> Length => "\r\nContent-Length: "u8;

    public static bool IsWhole(ReadOnlySpan<byte> received)
    {
        var head = received.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        var at = received[..head].IndexOf(Length);
        // Without a length Kestrel sends chunks, and one request at a time is under way.
        return at < 0
            ? received.EndsWith("\r\n0\r\n\r\n"u8)
            : Utf8Parser.TryParse(received[(at + Length.Length)..], out int length, out _) && received.Length >= head + 4 + length;
    }

    public static bool IsGood(ReadOnlySpan<byte> received, ReadOnlySpan<byte> expected) =>
        received[9..12].SequenceEqual("200"u8) && received.IndexOf(expected) >= 0;

    public static bool IsRefused(ReadOnlySpan<byte> received) =>
        (received[9..12].SequenceEqual("429"u8) || received[9..12].SequenceEqual("503"u8)) && received.IndexOf("\r\nRetry-After: "u8) > 0;
}
