using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Licenzy.Domain;

namespace Licenzy.Server.Hosting;

/// <summary>
/// Secrets at rest: AES-256-GCM, bound to workspace, mode and field, so that a ciphertext moved to another row does not open (SECURITY T25).
/// </summary>
internal sealed class Sealer(byte[] key)
{
    private const byte Format = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    // A key for each use: what the one gives away tells nothing of the other.
    private readonly byte[] _hashKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, HMACSHA256.HashSizeInBytes, info: [.. "licenzy body hash"u8]);

    public byte[] Seal(Scope scope, string field, string secret) => Seal(Bound(scope, field), Encoding.UTF8.GetBytes(secret));

    public byte[] Seal(Scope scope, string field, ReadOnlySpan<byte> secret) => Seal(Bound(scope, field), secret);

    /// <summary>
    /// Tells one text from another where a secret may be in it. A plain hash of a body with a password would let whoever steals the database guess it.
    /// </summary>
    public byte[] Hash(ReadOnlySpan<byte> bytes) => HMACSHA256.HashData(_hashKey, bytes);

    public string Open(Scope scope, string field, byte[] box) => Encoding.UTF8.GetString(OpenBytes(scope, field, box));

    public byte[] OpenBytes(Scope scope, string field, byte[] box)
    {
        if (box.Length < 1 + NonceSize + TagSize || box[0] != Format)
        {
            throw new CryptographicException("The stored secret is not in a known form.");
        }

        var plain = new byte[box.Length - 1 - NonceSize - TagSize];
        using var cipher = NewCipher();
        cipher.Decrypt(
            box.AsSpan(1, NonceSize), box.AsSpan(1 + NonceSize + TagSize), box.AsSpan(1 + NonceSize, TagSize), plain, Bound(scope, field));
        return plain;
    }

    // One for each call: a cipher is one context of the native library, and two threads on it corrupt each other's work.
    private AesGcm NewCipher() => new(key, TagSize);

    private byte[] Seal(byte[] bound, ReadOnlySpan<byte> secret)
    {
        var box = new byte[1 + NonceSize + TagSize + secret.Length];
        box[0] = Format;
        RandomNumberGenerator.Fill(box.AsSpan(1, NonceSize));
        using var cipher = NewCipher();
        cipher.Encrypt(box.AsSpan(1, NonceSize), secret, box.AsSpan(1 + NonceSize + TagSize), box.AsSpan(1 + NonceSize, TagSize), bound);
        return box;
    }

    // Each part with its length before it: no two different triples give the same bytes.
    private static byte[] Bound(Scope scope, string field)
    {
        using var bytes = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var part in (ReadOnlySpan<string>)[scope.WorkspaceId, scope.Mode.ToWord(), field])
        {
            var text = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
            bytes.Write(length);
            bytes.Write(text);
        }

        return bytes.ToArray();
    }
}
