using System.Security.Cryptography;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Starting;

/// <summary>The key for secrets at rest: the setting, or on SQLite a file beside the database, mode 0600; never in the database.</summary>
internal static class EncryptionKeyFile
{
    public static byte[] Key(LicenzyServerOptions options)
    {
        if (options.EncryptionKey is { } set)
        {
            return Parse(set)!;
        }

        if (DatabaseAddress.IsPostgres(options.Database))
        {
            throw new InvalidOperationException(
                "Licenzy:EncryptionKey is not set. On PostgreSQL every server must be given the same key: base64 of 32 bytes, such as from: openssl rand -base64 32");
        }

        var path = Path.Combine(options.DataDirectory, "encryption.key");
        if (File.Exists(path))
        {
            return Parse(PrivateFiles.Read(path).Trim()) ?? throw new InvalidOperationException(
                $"{path} does not hold base64 of exactly 32 bytes. Restore that file, or set Licenzy:EncryptionKey: the stored Stripe secrets cannot be read without the key.");
        }

        var key = RandomNumberGenerator.GetBytes(32);
        PrivateFiles.CreateDirectory(options.DataDirectory);
        PrivateFiles.Write(path, Convert.ToBase64String(key) + "\n");
        return key;
    }

    /// <summary>The key in a text, or <see langword="null"/> where it is not base64 of 32 bytes.</summary>
    public static byte[]? Parse(string text)
    {
        var key = new byte[64];
        return Convert.TryFromBase64String(text, key, out var written) && written == 32 ? key[..32] : null;
    }
}
