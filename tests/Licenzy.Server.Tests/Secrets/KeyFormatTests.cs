using System.Buffers.Binary;
using System.IO.Compression;
using System.Reflection;
using System.Text;
using Licenzy.Server.Accounts;

namespace Licenzy.Server.Tests.Secrets;

/// <summary>The form of a key (CONTRACT §6, SECURITY T1).</summary>
public sealed class KeyFormatTests
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int ChecksumLength = 6;

    private static readonly Func<string, string> Checksum =
        typeof(KeyFormat).GetMethod("Checksum", BindingFlags.Static | BindingFlags.NonPublic)!.CreateDelegate<Func<string, string>>();

    [TestCase(KeyKind.TestRuntime, "lz_test_")]
    [TestCase(KeyKind.LiveRuntime, "lz_live_")]
    [TestCase(KeyKind.Admin, "lz_admin_")]
    [TestCase(KeyKind.TestSecret, "sk_test_")]
    [TestCase(KeyKind.LiveSecret, "sk_live_")]
    [TestCase(KeyKind.TestPublishable, "pk_test_")]
    [TestCase(KeyKind.LivePublishable, "pk_live_")]
    public void A_key_of_every_kind_is_known_by_its_prefix(KeyKind kind, string prefix)
    {
        var key = KeyFormat.Generate(kind);

        Assert.That(key, Does.Match($"^{prefix}[0-9A-Za-z]{{38}}$"));
        Assert.That(KeyFormat.KindOf(key), Is.EqualTo(kind));
        Assert.That(kind.Prefix(), Is.EqualTo(prefix));
    }

    [Test]
    public void Every_kind_is_in_the_table_of_this_test() => Assert.That(Enum.GetValues<KeyKind>(), Has.Length.EqualTo(7));

    [Test]
    public void The_checksum_is_the_CRC_32_of_zip()
    {
        // The known check value of CRC-32/ISO-HDLC, in base62, left-padded.
        Assert.That(Checksum("123456789"), Is.EqualTo(ToBase62(0xCBF43926)));
        Assert.That(Checksum(""), Is.EqualTo("000000"), "padded with zeros");
    }

    [Test]
    public void The_checksum_of_any_key_is_what_a_zip_would_say()
    {
        for (var i = 0; i < 200; i++)
        {
            var key = KeyFormat.Generate(KeyKind.TestRuntime);
            Assert.That(key[^ChecksumLength..], Is.EqualTo(ToBase62(CrcInZip(key[..^ChecksumLength]))), key);
        }
    }

    [Test]
    public void One_changed_character_anywhere_is_always_noticed()
    {
        for (var round = 0; round < 20; round++)
        {
            var key = KeyFormat.Generate(KeyKind.TestRuntime);
            for (var i = 0; i < key.Length; i++)
            {
                foreach (var letter in Base62.Where(letter => letter != key[i]))
                    Assert.That(KeyFormat.KindOf($"{key[..i]}{letter}{key[(i + 1)..]}"), Is.Null);
            }
        }
    }

    [TestCase("")]
    [TestCase("lz_test_")]
    [TestCase("LZ_TEST_{0}")]
    [TestCase("lz_test_{0} ")]
    [TestCase(" lz_test_{0}")]
    [TestCase("lz_test_{0}0")]
    [TestCase("lz_prod_{0}")]
    [TestCase("lz_test_é{0}")]
    public void What_is_not_quite_a_key_is_none(string text)
    {
        var rest = KeyFormat.Generate(KeyKind.TestRuntime)["lz_test_".Length..];

        Assert.That(KeyFormat.KindOf(text.Replace("{0}", rest, StringComparison.Ordinal)), Is.Null);
    }

    [Test]
    public void A_hundred_thousand_keys_are_all_different_all_well_formed_and_use_every_letter_everywhere()
    {
        const int keys = 100_000;
        var made = Enumerable.Range(0, keys).Select(_ => KeyFormat.Generate(KeyKind.TestRuntime)).ToHashSet(StringComparer.Ordinal);

        Assert.That(made, Has.Count.EqualTo(keys));
        Assert.That(made.All(key => System.Text.RegularExpressions.Regex.IsMatch(key, "^lz_test_[0-9A-Za-z]{38}$")), Is.True);
        for (var i = "lz_test_".Length; i < "lz_test_".Length + 32; i++)
            Assert.That(made.Select(key => key[i]).Distinct().Count(), Is.EqualTo(Base62.Length), $"position {i}");
    }

    private static string ToBase62(uint number)
    {
        var text = "";
        for (var i = 0; i < ChecksumLength; i++, number /= 62)
            text = Base62[(int)(number % 62)] + text;
        return text;
    }

    // The last eight bytes of a gzip stream are the CRC-32 and the length of what is in it.
    private static uint CrcInZip(string text)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(Encoding.ASCII.GetBytes(text));
        return BinaryPrimitives.ReadUInt32LittleEndian(zipped.ToArray().AsSpan((int)zipped.Length - 8));
    }
}
