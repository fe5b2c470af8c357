using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Licenzy.Server.StripeSync;

/// <summary>What a comparison goes through, in this order.</summary>
internal enum Phase
{
    /// <summary>Stripe's subscriptions, and the rights of such as Stripe does not have.</summary>
    Subscriptions,

    /// <summary>The sessions of open attempts.</summary>
    Sessions,

    /// <summary>Stripe's refunds.</summary>
    Refunds,

    /// <summary>Stripe's disputes.</summary>
    Disputes,
}

/// <summary>Where a comparison or an import has got to: what a cursor holds.</summary>
/// <param name="Phase">What it goes through.</param>
/// <param name="After">The last object that is done with; <see langword="null"/> at the beginning.</param>
/// <param name="Until">The oldest subscription so far, in Unix seconds.</param>
internal sealed record Place(Phase Phase, string? After, long? Until = null)
{
    private const int LongestCursor = 600;

    public static Place Beginning { get; } = new(Phase.Subscriptions, null);

    /// <summary>The phase that follows; <see langword="null"/> after the last.</summary>
    public Place? Next => Phase == Phase.Disputes ? null : new Place(Phase + 1, null);

    public string ToCursor() => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(int)Phase}|{After}|{Until}")));

    /// <summary>The place a cursor names; <see langword="null"/> where it is none of ours.</summary>
    public static Place? Of(string cursor)
    {
        if (cursor.Length is 0 or > LongestCursor || !Base64Url.IsValid(cursor))
        {
            return null;
        }

        return Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split('|') switch
        {
            [[>= '0' and <= '3' and var phase], var after, var until] when after.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
                && (until.Length == 0 || (long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= Storage.Instant.Latest)) =>
                new Place((Phase)(phase - '0'), after.Length == 0 ? null : after, until.Length == 0 ? null : long.Parse(until, CultureInfo.InvariantCulture)),
            _ => null,
        };
    }
}

/// <summary>A page's worth of work.</summary>
/// <param name="Checked">How many objects were looked at.</param>
/// <param name="Drifts">What differs.</param>
/// <param name="Next">Where to go on in the phase; <see langword="null"/> where it is over.</param>
internal sealed record PhaseStep(int Checked, IReadOnlyList<Drift> Drifts, Place? Next);
