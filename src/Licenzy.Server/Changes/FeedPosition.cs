using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Licenzy.Domain;
using Licenzy.Server.Hosting;

namespace Licenzy.Server.Changes;

/// <summary>A position as it is shown: sealed, since the number itself would tell of how much happens in other workspaces.</summary>
internal sealed class FeedPosition(Sealer sealer)
{
    private const string Field = "change_feed.position";
    private const int LongestText = 100;

    public string Show(Scope scope, long position)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, position);
        return Base64Url.EncodeToString(sealer.Seal(scope, Field, bytes));
    }

    /// <summary>The position; <see langword="null"/> where the text is none of this workspace and mode.</summary>
    public long? Read(Scope scope, string text)
    {
        if (text.Length is 0 or > LongestText || !Base64Url.IsValid(text))
            return null;
        try
        {
            return BinaryPrimitives.ReadInt64BigEndian(sealer.OpenBytes(scope, Field, Base64Url.DecodeFromChars(text)));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
