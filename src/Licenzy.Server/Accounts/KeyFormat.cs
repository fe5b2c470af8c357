using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Licenzy.Server.Accounts;

/// <summary>What a key opens: the first characters say it.</summary>
public enum KeyKind
{
    /// <summary><c>lz_test_</c>: <c>/v1</c> in test mode.</summary>
    TestRuntime,

    /// <summary><c>lz_live_</c>: <c>/v1</c> in live mode.</summary>
    LiveRuntime,

    /// <summary><c>lz_admin_</c>: <c>/portal</c>.</summary>
    Admin,

    /// <summary><c>sk_test_</c>: a secret key of the other dialects, test mode.</summary>
    TestSecret,

    /// <summary><c>sk_live_</c>: a secret key of the other dialects, live mode.</summary>
    LiveSecret,

    /// <summary><c>pk_test_</c>: a publishable key, test mode.</summary>
    TestPublishable,

    /// <summary><c>pk_live_</c>: a publishable key, live mode.</summary>
    LivePublishable,
}

/// <summary>The form of a key (CONTRACT §6): a prefix, 32 random base62 characters, and six of a CRC-32, so that a typing error is known without a look at the database.</summary>
public static class KeyFormat
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static readonly SearchValues<char> Base62Letters = SearchValues.Create(Base62);
    private const int RandomLength = 32;
    private const int ChecksumLength = 6;

    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>How keys of a kind begin.</summary>
    public static string Prefix(this KeyKind kind) => kind switch
    {
        KeyKind.TestRuntime => "lz_test_",
        KeyKind.LiveRuntime => "lz_live_",
        KeyKind.Admin => "lz_admin_",
        KeyKind.TestSecret => "sk_test_",
        KeyKind.LiveSecret => "sk_live_",
        KeyKind.TestPublishable => "pk_test_",
        _ => "pk_live_",
    };

    /// <summary>A new key with about 190 random bits.</summary>
    public static string Generate(KeyKind kind)
    {
        var body = kind.Prefix() + RandomNumberGenerator.GetString(Base62, RandomLength);
        return body + Checksum(body);
    }

    /// <summary>The kind of a well-formed key; <see langword="null"/> where the form or the checksum is wrong.</summary>
    public static KeyKind? KindOf(string key)
    {
        foreach (var kind in Enum.GetValues<KeyKind>())
        {
            var prefix = kind.Prefix();
            if (key.Length == prefix.Length + RandomLength + ChecksumLength && key.StartsWith(prefix, StringComparison.Ordinal)
                && key.AsSpan(prefix.Length).ContainsAnyExcept(Base62Letters) is false)
            {
                return key.AsSpan(key.Length - ChecksumLength).SequenceEqual(Checksum(key[..^ChecksumLength])) ? kind : null;
            }
        }

        return null;
    }

    private static string Checksum(string body)
    {
        var crc = uint.MaxValue;
        foreach (var letter in Encoding.ASCII.GetBytes(body))
        {
            crc = CrcTable[(byte)(crc ^ letter)] ^ (crc >> 8);
        }

        return string.Create(ChecksumLength, crc ^ uint.MaxValue, static (text, rest) =>
        {
            for (var i = text.Length - 1; i >= 0; i--, rest /= 62)
            {
                text[i] = Base62[(int)(rest % 62)];
            }
        });
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (var n = 0; n < table.Length; n++)
        {
            table[n] = CrcOf((uint)n);
        }

        return table;
    }

    // CRC-32/ISO-HDLC, as in zip. The base library keeps its own to itself.
    private static uint CrcOf(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) == 1 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
        }

        return value;
    }
}
