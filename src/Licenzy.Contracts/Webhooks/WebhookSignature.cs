using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Licenzy;

/// <summary>Signatures of outbound webhooks as Standard Webhooks 1.0 has them: HMAC-SHA256 over <c>id.timestamp.body</c>, of the exact bytes.</summary>
public static class WebhookSignature
{
    /// <summary>How far a timestamp may lie from the receiver's clock, either way: five minutes.</summary>
    public static readonly TimeSpan DefaultTolerance = TimeSpan.FromMinutes(5);

    internal const string SecretPrefix = "whsec_";

    private const string Version = "v1,";

    /// <summary>The signature to send in <c>webhook-signature</c>: <c>v1,</c> and Base64. Several, of several secrets, are joined by a space.</summary>
    /// <param name="secret">As Licenzy shows it: <c>whsec_</c> and Base64.</param>
    /// <param name="id">The event's id, sent as <c>webhook-id</c>; without a dot, so that nothing can move between the parts.</param>
    /// <param name="timestamp">When it is sent; whole seconds count.</param>
    /// <param name="body">The bytes as they are sent.</param>
    /// <exception cref="FormatException">The secret is not <c>whsec_</c> and Base64; the message does not repeat it.</exception>
    public static string Sign(string secret, string id, DateTimeOffset timestamp, byte[] body) =>
        Version + Convert.ToBase64String(Mac(KeyOf(secret), id, timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), body));

    /// <summary>Whether a delivery was signed with one of the secrets, and lately.</summary>
    /// <param name="secrets">The endpoint's secret; two during a rotation.</param>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>: Unix seconds.</param>
    /// <param name="signatures">The header <c>webhook-signature</c>: one or more, separated by spaces. Versions other than <c>v1</c> are passed over.</param>
    /// <param name="body">The bytes as they came, before anything read them.</param>
    /// <param name="now">The receiver's time.</param>
    /// <param name="tolerance">How far the timestamp may lie from <paramref name="now"/>; <see cref="DefaultTolerance"/> when null.</param>
    /// <exception cref="FormatException">A secret is not <c>whsec_</c> and Base64.</exception>
    public static bool Verify(
        IEnumerable<string> secrets, string? id, string? timestamp, string? signatures, byte[] body, DateTimeOffset now, TimeSpan? tolerance = null)
    {
        if (string.IsNullOrEmpty(id) || signatures is null
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs((decimal)seconds - now.ToUnixTimeSeconds()) > (decimal)(tolerance ?? DefaultTolerance).TotalSeconds)
            return false;
        var given = signatures.Split(' ').Where(one => one.StartsWith(Version, StringComparison.Ordinal)).Select(one => Encoding.UTF8.GetBytes(one.Substring(Version.Length))).ToList();
        // Every pair is compared, so that the time tells nothing of which one fits.
        var fits = false;
        foreach (var secret in secrets)
        {
            var expected = Encoding.UTF8.GetBytes(Convert.ToBase64String(Mac(KeyOf(secret), id!, timestamp!, body)));
            foreach (var one in given)
                fits |= FixedTimeEquals(expected, one);
        }

        return fits;
    }

    private static byte[] Mac(byte[] key, string id, string timestamp, byte[] body)
    {
        var head = Encoding.UTF8.GetBytes(id + "." + timestamp + ".");
        var signed = new byte[head.Length + body.Length];
        head.CopyTo(signed, 0);
        body.CopyTo(signed, head.Length);
        using var hmac = new HMACSHA256(key);
        return hmac.ComputeHash(signed);
    }

    private static byte[] KeyOf(string secret)
    {
        try
        {
            return Convert.FromBase64String(secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret.Substring(SecretPrefix.Length) : throw new FormatException());
        }
        catch (FormatException)
        {
            throw new FormatException("A webhook secret is 'whsec_' and Base64, as Licenzy showed it once.");
        }
    }

    private static bool FixedTimeEquals(byte[] left, byte[] right)
    {
        var differs = left.Length ^ right.Length;
        for (var i = 0; i < left.Length && i < right.Length; i++)
            differs |= left[i] ^ right[i];
        return differs == 0;
    }
}
