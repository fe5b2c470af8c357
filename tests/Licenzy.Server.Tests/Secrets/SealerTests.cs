using System.Security.Cryptography;
using System.Text;
using Licenzy.Domain;
using Licenzy.Server.Hosting;

namespace Licenzy.Server.Tests.Secrets;

/// <summary>A stored secret opens only where it was put (SECURITY T25).</summary>
public sealed class SealerTests
{
    private const string Field = "stripe_connections.secret_key";
    private static readonly Scope Home = new("ws_1", Mode.Test);
    private readonly Sealer _sealer = new(RandomNumberGenerator.GetBytes(32));

    [TestCase("")]
    [TestCase("sk_test_4eC39HqLyjWDarjtT1zdp7dc")]
    [TestCase("ünï😀")]
    public void What_was_sealed_opens(string secret) => Assert.That(_sealer.Open(Home, Field, _sealer.Seal(Home, Field, secret)), Is.EqualTo(secret));

    [Test]
    public void Bytes_come_back_as_they_were()
    {
        var secret = RandomNumberGenerator.GetBytes(100_000);

        Assert.That(_sealer.OpenBytes(Home, Field, _sealer.Seal(Home, Field, secret)), Is.EqualTo(secret));
    }

    [Test]
    public void One_secret_sealed_twice_looks_different_and_never_holds_the_secret()
    {
        var (one, other) = (_sealer.Seal(Home, Field, "a secret"), _sealer.Seal(Home, Field, "a secret"));

        Assert.That(one, Is.Not.EqualTo(other));
        Assert.That(Encoding.Latin1.GetString(one), Does.Not.Contain("a secret"));
    }

    [Test]
    public void A_change_of_any_byte_is_refused()
    {
        var box = _sealer.Seal(Home, Field, "a secret");
        for (var i = 0; i < box.Length; i++)
        {
            byte[] changed = [.. box];
            changed[i] ^= 1;
            Assert.That(() => _sealer.Open(Home, Field, changed), Throws.InstanceOf<CryptographicException>(), $"byte {i}");
        }
    }

    [Test]
    public void A_box_cut_short_or_made_longer_is_refused()
    {
        var box = _sealer.Seal(Home, Field, "a secret");
        for (var length = 0; length < box.Length; length++)
            Assert.That(() => _sealer.Open(Home, Field, box[..length]), Throws.InstanceOf<CryptographicException>(), $"{length} bytes");
        Assert.That(() => _sealer.Open(Home, Field, [.. box, 0]), Throws.InstanceOf<CryptographicException>());
    }

    [TestCase("ws_2", Mode.Test, Field)]
    [TestCase("ws_1", Mode.Live, Field)]
    [TestCase("ws_1", Mode.Test, "stripe_connections.webhook_secret")]
    [TestCase("ws_1t", Mode.Test, Field)]
    [TestCase("", Mode.Test, Field)]
    public void Elsewhere_it_does_not_open(string workspace, Mode mode, string field) => Assert.That(
        () => _sealer.Open(new Scope(workspace, mode), field, _sealer.Seal(Home, Field, "a secret")), Throws.InstanceOf<CryptographicException>());

    [Test]
    public void Many_threads_at_once_do_not_spoil_each_others_work() =>
        Assert.That(
            Enumerable.Range(0, 20_000).AsParallel().WithDegreeOfParallelism(8)
                .Count(n => _sealer.Open(Home, Field, _sealer.Seal(Home, Field, $"secret {n}")) == $"secret {n}"),
            Is.EqualTo(20_000));

    [Test]
    public void Another_key_does_not_open_it()
    {
        var other = new Sealer(RandomNumberGenerator.GetBytes(32));

        Assert.That(() => other.Open(Home, Field, _sealer.Seal(Home, Field, "a secret")), Throws.InstanceOf<CryptographicException>());
    }

    [Test]
    public void A_hash_tells_bodies_apart_and_is_nothing_without_the_key()
    {
        var (hash, again) = (_sealer.Hash("a body"u8), _sealer.Hash("a body"u8));

        Assert.That(again, Is.EqualTo(hash));
        Assert.That(_sealer.Hash("a body "u8), Is.Not.EqualTo(hash));
        Assert.That(new Sealer(RandomNumberGenerator.GetBytes(32)).Hash("a body"u8), Is.Not.EqualTo(hash));
        Assert.That(SHA256.HashData("a body"u8), Is.Not.EqualTo(hash));
    }
}
