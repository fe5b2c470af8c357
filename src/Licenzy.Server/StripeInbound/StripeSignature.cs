using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Licenzy.Server.StripeInbound;

/// <summary>Stripe's signature over the raw bytes: <c>t=…,v1=…</c>, any <c>v1</c> may match, 300 s either way (CONTRACT §1).</summary>
internal sealed record StripeSignature(long Timestamp, IReadOnlyList<byte[]> Signatures)
{
    private const int MostSignatures = 16;
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    /// <summary>The header's parts, or <see langword="null"/> where it is missing or garbled.</summary>
    public static StripeSignature? Parse(string? header)
    {
        if (string.IsNullOrEmpty(header) || header.Length > 4096)
        {
            return null;
        }

        long? timestamp = null;
        var signatures = new List<byte[]>();
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries))
        {
            switch (part.Split('=', 2))
            {
                case ["t", var text] when timestamp is null && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds):
                    timestamp = seconds;
                    break;
                case ["t", _]:
                    return null;
                case ["v1", { Length: 64 } hex] when signatures.Count < MostSignatures && hex.All(char.IsAsciiHexDigit):
                    signatures.Add(Convert.FromHexString(hex));
                    break;
            }
        }

        return timestamp is { } t && signatures.Count > 0 ? new StripeSignature(t, signatures) : null;
    }

    /// <summary>Whether the signature is young enough at <paramref name="now"/>.</summary>
    public bool IsFresh(DateTimeOffset now) => (now - DateTimeOffset.FromUnixTimeSeconds(Timestamp)).Duration() <= Tolerance;

    /// <summary>Whether the body was signed with the secret.</summary>
    public bool IsBy(string secret, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        mac.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Timestamp}.")));
        mac.AppendData(body);
        var expected = mac.GetHashAndReset();
        // No early exit: how many signatures there are is no secret, which one fits need not be told by time either.
        var fits = false;
        foreach (var signature in Signatures)
        {
            fits |= CryptographicOperations.FixedTimeEquals(signature, expected);
        }

        return fits;
    }
}
