using System.Globalization;
#if NETSTANDARD2_0
using System.Runtime.CompilerServices;
#endif
using System.Security.Cryptography;
using System.Text;
using Licenzy.Webhooks;

namespace Licenzy;

/// <summary>Signatures of outbound webhooks as Standard Webhooks 1.0 has them: HMAC-SHA256 over <c>id.timestamp.body</c>, of the exact bytes.</summary>
public static class WebhookSignature
{
    /// <summary>How far a timestamp may lie from the receiver's clock, either way: five minutes.</summary>
    public static readonly TimeSpan DefaultTolerance = TimeSpan.FromMinutes(5);

    internal const string SecretPrefix = "whsec_";

    private const string Version = "v1,";
    private const int LongestId = 255;

    /// <summary>The signature to send in <c>webhook-signature</c>: <c>v1,</c> and Base64. Several, of several secrets, are joined by a space.</summary>
    /// <param name="secret">As Licenzy shows it: <c>whsec_</c> and Base64.</param>
    /// <param name="id">The event's id, sent as <c>webhook-id</c>; without a dot, so that nothing can move between the parts.</param>
    /// <param name="timestamp">When it is sent; whole seconds count.</param>
    /// <param name="body">The bytes as they are sent.</param>
    /// <exception cref="ArgumentException">The id is empty or holds a dot.</exception>
    /// <exception cref="FormatException">The secret is not <c>whsec_</c> and Base64; the message does not repeat it.</exception>
    public static string Sign(string secret, string id, DateTimeOffset timestamp, byte[] body) => IsId(id ?? throw new ArgumentNullException(nameof(id)))
        ? Version + Convert.ToBase64String(Mac(KeyOf(secret), id, timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), body))
        : throw new ArgumentException("The id of a webhook is 1 to 255 characters without a dot, which separates the parts that are signed.", nameof(id));

    /// <summary>Whether a delivery was signed with one of the secrets, and lately. <see cref="WebhookReading.Of"/> also says why not, and reads the event.</summary>
    /// <param name="secrets">The endpoint's secret; two during a rotation.</param>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>: Unix seconds.</param>
    /// <param name="signatures">The header <c>webhook-signature</c>: one or more, separated by spaces. Versions other than <c>v1</c> are passed over.</param>
    /// <param name="body">The bytes as they came, before anything read them.</param>
    /// <param name="now">The receiver's time; whole seconds count.</param>
    /// <param name="tolerance">How far the timestamp may lie from <paramref name="now"/>; <see cref="DefaultTolerance"/> when null.</param>
    /// <exception cref="FormatException">A secret is not <c>whsec_</c> and Base64; the message does not repeat it.</exception>
    public static bool Verify(
        IEnumerable<string> secrets, string? id, string? timestamp, string? signatures, byte[] body, DateTimeOffset now, TimeSpan? tolerance = null) =>
        Refuse(secrets, id, timestamp, signatures, body, now, tolerance) is null;

    internal static WebhookRefusal? Refuse(
        IEnumerable<string> secrets, string? id, string? timestamp, string? signatures, byte[] body, DateTimeOffset now, TimeSpan? tolerance)
    {
        // Before anything of the delivery decides: a secret that is none must not be found out by the first genuine delivery.
        var keys = (secrets ?? throw new ArgumentNullException(nameof(secrets))).Select(KeyOf).ToList();
        _ = body ?? throw new ArgumentNullException(nameof(body));
        if (!IsId(id) || string.IsNullOrEmpty(signatures) || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return WebhookRefusal.HeadersUnusable;
        if (Math.Abs((decimal)seconds - now.ToUnixTimeSeconds()) > (decimal)(tolerance ?? DefaultTolerance).TotalSeconds)
            return WebhookRefusal.OutsideTolerance;

        var given = signatures!.Split(' ').Where(one => one.StartsWith(Version, StringComparison.Ordinal)).Select(one => Encoding.UTF8.GetBytes(one.Substring(Version.Length))).ToList();
        // Every pair is compared, so that the time tells nothing of which one fits.
        var fits = false;
        foreach (var key in keys)
        {
            var expected = Encoding.UTF8.GetBytes(Convert.ToBase64String(Mac(key, id!, timestamp!, body)));
            foreach (var one in given)
                fits |= FixedTimeEquals(expected, one);
        }

        return fits ? null : WebhookRefusal.SignatureMismatch;
    }

    /// <summary>The key inside a secret.</summary>
    internal static byte[] KeyOf(string secret)
    {
        _ = secret ?? throw new ArgumentNullException(nameof(secret));
        try
        {
            // Without a key everybody could sign.
            if (secret.StartsWith(SecretPrefix, StringComparison.Ordinal) && Convert.FromBase64String(secret.Substring(SecretPrefix.Length)) is { Length: > 0 } key)
                return key;
        }
        catch (FormatException)
        {
            // Told below, in words that say nothing of the secret.
        }

        throw new FormatException("A webhook secret is 'whsec_' and Base64, as Licenzy showed it once.");
    }

    private static bool IsId(string? id) => id is { Length: > 0 and <= LongestId } && id.IndexOf('.') < 0;

    private static byte[] Mac(byte[] key, string id, string timestamp, byte[] body)
    {
        var head = Encoding.UTF8.GetBytes(id + "." + timestamp + ".");
        var signed = new byte[head.Length + body.Length];
        head.CopyTo(signed, 0);
        body.CopyTo(signed, head.Length);
        using var hmac = new HMACSHA256(key);
        return hmac.ComputeHash(signed);
    }

#if NETSTANDARD2_0
    // Without optimization: what is known to differ must still be compared to its end.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static bool FixedTimeEquals(byte[] left, byte[] right)
    {
        if (left.Length != right.Length)
            return false;
        var differs = 0;
        for (var i = 0; i < left.Length; i++)
            differs |= left[i] ^ right[i];
        return differs == 0;
    }
#else
    private static bool FixedTimeEquals(byte[] left, byte[] right) => CryptographicOperations.FixedTimeEquals(left, right);
#endif
}
