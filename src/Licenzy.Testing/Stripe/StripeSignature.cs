using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Licenzy.Testing;

/// <summary>Makes the <c>Stripe-Signature</c> header: HMAC-SHA256 in hex over <c>{t}.{payload}</c>, as Stripe signs its webhooks.</summary>
public static class StripeSignature
{
    /// <summary>The header value for one secret: <c>t=…,v1=…</c>.</summary>
    /// <param name="payload">The exact bytes that are sent.</param>
    /// <param name="secret">The endpoint's secret, <c>whsec_…</c> with its prefix: Stripe uses the whole text as the key.</param>
    /// <param name="at">When it is signed; receivers refuse more than five minutes of difference.</param>
    public static string Sign(ReadOnlySpan<byte> payload, string secret, DateTimeOffset at) => Sign(payload, [secret], at);

    /// <summary>The header value for several secrets, one <c>v1</c> each, as Stripe sends while a secret is rolled.</summary>
    /// <param name="payload">The exact bytes that are sent.</param>
    /// <param name="secrets">The secrets in the order of their signatures.</param>
    /// <param name="at">When it is signed.</param>
    public static string Sign(ReadOnlySpan<byte> payload, IReadOnlyList<string> secrets, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var header = new StringBuilder("t=").Append(timestamp);
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp + "."), .. payload];
        foreach (var secret in secrets)
        {
            var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
            header.Append(",v1=").Append(LowerHex(mac));
        }

        return header.ToString();
    }

    // Convert.ToHexStringLower does not exist before .NET 9.
    private static string LowerHex(byte[] bytes) => string.Concat(bytes.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
}
