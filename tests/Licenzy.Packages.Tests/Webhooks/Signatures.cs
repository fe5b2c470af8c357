using System.Text;
using System.Text.Json.Nodes;

namespace Licenzy.Packages.Tests.Webhooks;

[TestFixtureSource(typeof(ContractsBuild), nameof(ContractsBuild.All))]
public sealed class Signatures(ContractsBuild build)
{
    private const string Secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private const string Other = "whsec_Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";
    private const string Id = "evt_01J8ZQ4Y6K3N5P7R9T1V3X5Z7B";
    private const long At = 1_800_000_000;
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"id":"evt_01J8ZQ4Y6K3N5P7R9T1V3X5Z7B"}""");
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(At);

    private string Sign(string secret = Secret) => build.Sign(secret, Id, Now, Body);

    private bool Verify(
        string? signatures, string? id = Id, string? timestamp = "1800000000", byte[]? body = null, DateTimeOffset? now = null, TimeSpan? tolerance = null, string[]? secrets = null) =>
        build.Verify(secrets ?? [Secret], id, timestamp, signatures, body ?? Body, now ?? Now, tolerance);

    [Test]
    public void The_published_vector_fits_both_ways()
    {
        foreach (var vector in Published("standard-webhooks.vectors.json").Select(node => node!.AsObject()))
        {
            string Text(string member) => vector[member]!.GetValue<string>();
            var (at, body) = (vector["timestamp"]!.GetValue<long>(), Encoding.UTF8.GetBytes(Text("payload")));
            var sent = DateTimeOffset.FromUnixTimeSeconds(at);

            Assert.That(build.Sign(Text("secret"), Text("id"), sent, body), Is.EqualTo(Text("signature")));
            Assert.That(build.Verify([Text("secret")], Text("id"), $"{at}", Text("signature"), body, sent, null), Is.True);
        }
    }

    [Test]
    public void The_example_of_the_contract_can_be_verified()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Licenzy.sln")))
            folder = folder.Parent;
        Assume.That(folder, Is.Not.Null, "The tests run outside the repository.");
        var lines = File.ReadAllLines(Path.Combine(folder!.FullName, "docs", "contract.md"));
        string Shown(string label) => lines.Single(line => line.StartsWith($"{label}  ", StringComparison.Ordinal))[label.Length..].Trim();
        var (secret, at, body) = (Shown("secret"), Shown("webhook-timestamp"), Encoding.UTF8.GetBytes(Shown("body")));
        var sent = DateTimeOffset.FromUnixTimeSeconds(long.Parse(at, System.Globalization.CultureInfo.InvariantCulture));

        Assert.That(build.Sign(secret, Shown("webhook-id"), sent, body), Is.EqualTo(Shown("webhook-signature")));
        Assert.That(build.Verify([secret], Shown("webhook-id"), at, Shown("webhook-signature"), body, sent, null), Is.True);
    }

    [TestCase(0, true)]
    [TestCase(-300, true)]
    [TestCase(300, true)]
    [TestCase(-301, false)]
    [TestCase(301, false)]
    [TestCase(-86_400, false)]
    public void A_timestamp_counts_within_five_minutes_either_way(int seconds, bool fits) =>
        Assert.That(Verify(Sign(), now: Now.AddSeconds(seconds)), Is.EqualTo(fits));

    [TestCase(10, 10, true)]
    [TestCase(10, 11, false)]
    [TestCase(0, 0, true)]
    [TestCase(0, 1, false)]
    [TestCase(3600, -3600, true)]
    public void The_tolerance_is_the_receivers(int tolerance, int seconds, bool fits) =>
        Assert.That(Verify(Sign(), now: Now.AddSeconds(seconds), tolerance: TimeSpan.FromSeconds(tolerance)), Is.EqualTo(fits));

    [Test]
    public void The_longest_tolerance_still_needs_a_timestamp_that_is_a_number() => Assert.Multiple(() =>
    {
        Assert.That(Verify(Sign(), tolerance: TimeSpan.MaxValue), Is.True);
        Assert.That(Verify(Sign(), timestamp: "9223372036854775807", tolerance: TimeSpan.MaxValue), Is.False);
    });

    [TestCase(null)]
    [TestCase("")]
    [TestCase(" 1800000000")]
    [TestCase("+1800000000")]
    [TestCase("-1800000000")]
    [TestCase("1800000000.0")]
    [TestCase("1,800,000,000")]
    [TestCase("2027-01-15T08:00:00Z")]
    [TestCase("９")]
    [TestCase("9223372036854775807")]
    [TestCase("9223372036854775808")]
    [TestCase("99999999999999999999999999999999")]
    [TestCase("18000000000000")]
    public void A_timestamp_that_is_none_or_another_is_refused(string? timestamp) => Assert.That(Verify(Sign(), timestamp: timestamp), Is.False);

    [Test]
    public void Either_secret_of_a_rotation_will_do() => Assert.Multiple(() =>
    {
        Assert.That(Verify(Sign(Other), secrets: [Secret, Other]), Is.True);
        Assert.That(Verify(Sign(Secret), secrets: [Secret, Other]), Is.True);
        Assert.That(Verify($"{Sign(Other)} {Sign(Secret)}", secrets: [Secret]), Is.True);
        Assert.That(Verify(Sign(Other), secrets: [Secret]), Is.False);
        Assert.That(Verify(Sign(), secrets: []), Is.False);
    });

    [TestCase("{0} {1}", true)]
    [TestCase("{1} {0}", true)]
    [TestCase("v1,AAAA  {0}", true)]
    [TestCase("v2,AAAA v1a,BBBB {0}", true)]
    [TestCase("{1}", false)]
    [TestCase("{0},{1}", false)]
    [TestCase("{0}\t{1}", false)]
    public void One_of_several_signatures_will_do(string form, bool fits) =>
        Assert.That(Verify(string.Format(null, form, Sign(), Sign(Other))), Is.EqualTo(fits));

    [TestCase(null)]
    [TestCase("")]
    [TestCase(" ")]
    [TestCase("v1")]
    [TestCase("v1,")]
    [TestCase("v1, ")]
    [TestCase("v1,!!!!")]
    [TestCase("v1,é")]
    [TestCase("v1,AAAA")]
    [TestCase(",")]
    public void What_is_no_signature_is_refused(string? signatures) => Assert.That(Verify(signatures), Is.False);

    [TestCase("v2,")]
    [TestCase("V1,")]
    [TestCase("v1a,")]
    [TestCase("v1:")]
    [TestCase("")]
    public void A_right_signature_counts_as_version_1_only(string version) => Assert.That(Verify(version + Sign()[3..]), Is.False);

    [Test]
    public void A_signature_that_is_garbled_anywhere_is_refused()
    {
        var good = Sign();
        for (var i = 3; i < good.Length; i++)
        {
            var changed = good.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            Assert.That(Verify(new string(changed)), Is.False, $"character {i}");
            Assert.That(Verify(good[..i]), Is.False, $"cut at {i}");
        }

        Assert.That(Verify(good + "="), Is.False);
        Assert.That(Verify(good.ToLowerInvariant()), Is.False);
    }

    [Test]
    public void A_body_of_which_one_byte_changed_is_refused()
    {
        for (var i = 0; i < Body.Length; i++)
        {
            var changed = Body.ToArray();
            changed[i] ^= 1;
            Assert.That(Verify(Sign(), body: changed), Is.False, $"byte {i}");
        }

        Assert.That(Verify(Sign(), body: [.. Body, (byte)'\n']), Is.False);
        Assert.That(Verify(Sign(), body: []), Is.False);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("evt_01J8ZQ4Y6K3N5P7R9T1V3X5Z7C")]
    [TestCase("EVT_01J8ZQ4Y6K3N5P7R9T1V3X5Z7B")]
    public void Another_id_is_refused(string? id) => Assert.That(Verify(Sign(), id: id), Is.False);

    [Test]
    public void Another_timestamp_is_refused_though_it_is_recent() => Assert.That(Verify(Sign(), timestamp: "1800000001"), Is.False);

    // The dot separates what is signed: an id with one could move bytes from one part into another.
    [Test]
    public void An_id_with_a_dot_is_neither_signed_nor_taken() => Assert.Multiple(() =>
    {
        Assert.That(() => build.Sign(Secret, "evt_1.2", Now, Body), Throws.ArgumentException.With.Message.Contains("without a dot"));
        Assert.That(() => build.Sign(Secret, "", Now, Body), Throws.ArgumentException);
        Assert.That(() => build.Sign(Secret, new string('x', 256), Now, Body), Throws.ArgumentException);
        Assert.That(Verify(Sign(), id: $"{Id}.1800000000"), Is.False);
    });

    [Test]
    public void An_empty_body_and_any_bytes_can_be_signed()
    {
        byte[] any = [0, 255, 254, 13, 10, .. Enumerable.Repeat((byte)'.', 100)];
        Assert.That(Verify(build.Sign(Secret, Id, Now, any), body: any), Is.True);
        Assert.That(Verify(build.Sign(Secret, Id, Now, []), body: []), Is.True);
    }

    [TestCase("")]
    [TestCase("whsec_")]
    [TestCase("whsec_not-base-64-hush")]
    [TestCase("whsec_aHVzaGh1c2g")]
    [TestCase("WHSEC_aHVzaGh1c2g=")]
    [TestCase("aHVzaGh1c2g=")]
    public void A_secret_that_is_none_is_said_and_not_shown(string secret)
    {
        foreach (var failure in new[]
        {
            Assert.Throws<FormatException>(() => build.Sign(secret, Id, Now, Body))!,
            Assert.Throws<FormatException>(() => Verify("v1,AAAA", secrets: [Secret, secret]))!,
            Assert.Throws<FormatException>(() => Verify(null, secrets: [secret]))!,
        })
        {
            Assert.That(failure.Message, Is.EqualTo("A webhook secret is 'whsec_' and Base64, as Licenzy showed it once."));
            Assert.That(failure.InnerException, Is.Null);
        }
    }

    private static JsonArray Published(string file)
    {
        var path = Folders().Select(folder => Path.Combine(folder, "stripe", file)).FirstOrDefault(File.Exists);
        if (path is null)
            Assert.Ignore($"The published vectors ({file}) are not beside the repository. Set LICENZY_SHARED to the folder that holds stripe/.");
        return JsonNode.Parse(File.ReadAllText(path!))!.AsArray();
    }

    private static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable("LICENZY_SHARED") is { Length: > 0 } named)
            yield return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            yield return Path.Combine(folder.FullName, "shared");
    }
}
