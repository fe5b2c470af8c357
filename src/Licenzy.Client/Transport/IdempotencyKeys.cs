using System.Security.Cryptography;

namespace Licenzy.Transport;

/// <summary>Keys that make a POST safe to repeat.</summary>
internal static class IdempotencyKeys
{
    private const string Digits = "0123456789abcdef";
    private static readonly RandomNumberGenerator Source = RandomNumberGenerator.Create();

    /// <summary>The caller's key, or a new one of 128 random bits.</summary>
    public static string OrNew(string? key)
    {
        if (key is null)
            return New();
        if (key.Length is 0 or > 255 || key.Any(c => c is <= ' ' or > '~'))
            throw new ArgumentException("An idempotency key is 1 to 255 visible ASCII characters. Pass null to have one made.", nameof(key));
        return key;
    }

    private static string New()
    {
        var bytes = new byte[16];
        Source.GetBytes(bytes);
        var text = new char[32];
        for (var i = 0; i < bytes.Length; i++)
        {
            text[2 * i] = Digits[bytes[i] >> 4];
            text[2 * i + 1] = Digits[bytes[i] & 15];
        }

        return new string(text);
    }
}
