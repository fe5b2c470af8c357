using Licenzy.Server.Accounts;
using Licenzy.Server.Starting;
using Licenzy.Server.Storage;
using Licenzy.Testing;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Tests.Starting;

/// <summary>Settings that cannot work refuse to start; the message names the key, its value where that is no secret, and the fix.</summary>
public sealed class SettingsTests
{
    private static readonly string WrongKind = KeyFormat.Generate(KeyKind.LiveRuntime);
    private static readonly string WrongChecksum = Mistyped(KeyFormat.Generate(KeyKind.TestRuntime));

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case("no folder", o => o.DataDirectory = " ", "Licenzy:DataDirectory is empty", "Name a folder");
        yield return Case("a file name as database", o => o.Database = "licenzy.db", "Licenzy:Database", "Data Source=<file>", "Host=<server>");
        yield return Case("no file", o => o.Database = "Data Source=", "Licenzy:Database", "Data Source=<file>");
        yield return Case("memory", o => o.Database = "Data Source=:memory:", "Licenzy:Database", "Data Source=<file>");
        yield return Case("unknown word, SQLite", o => o.Database = "Data Source=a.db;Colour=red", "Licenzy:Database", "Data Source=<file>");
        yield return Case("unknown word, PostgreSQL", o => o.Database = "Host=a;Password=hunter2;Colour=red", "Licenzy:Database", "Host=<server>");
        yield return Case("not a number, PostgreSQL", o => o.Database = "Host=a;Password=hunter2;Port=x", "Licenzy:Database", "Host=<server>");
        yield return Case("no base64", o => o.EncryptionKey = "hunter2", "Licenzy:EncryptionKey", "32 bytes", "openssl rand -base64 32");
        yield return Case("31 bytes", o => o.EncryptionKey = Convert.ToBase64String(new byte[31]), "Licenzy:EncryptionKey", "32 bytes");
        yield return Case("33 bytes", o => o.EncryptionKey = Convert.ToBase64String(new byte[33]), "Licenzy:EncryptionKey", "32 bytes");
        yield return Case("300 bytes", o => o.EncryptionKey = Convert.ToBase64String(new byte[300]), "Licenzy:EncryptionKey", "32 bytes");
        yield return Case("empty key", o => o.EncryptionKey = "", "Licenzy:EncryptionKey", "32 bytes");
        yield return Case("negative leeway", o => o.RenewalLeewayHours = -0.5, "Licenzy:RenewalLeewayHours is -0.5", "0 to 720", "48");
        yield return Case("endless leeway", o => o.RenewalLeewayHours = 721, "Licenzy:RenewalLeewayHours is 721", "0 to 720");
        yield return Case("no leeway at all", o => o.RenewalLeewayHours = double.NaN, "Licenzy:RenewalLeewayHours is NaN", "0 to 720");
        yield return Case("no key kept", o => o.IdempotencyKeysPerWorkspace = 0, "Licenzy:IdempotencyKeysPerWorkspace is 0", "1 to 10000000", "the default is 1000000");
        yield return Case("too many keys kept", o => o.IdempotencyKeysPerWorkspace = 10_000_001, "Licenzy:IdempotencyKeysPerWorkspace is 10000001", "1 to 10000000");
        yield return Case("negative limit", o => o.RateLimiting.PermitsPerSecond = -1, "Licenzy:RateLimiting:PermitsPerSecond is -1", "0 to 1000000", "the default is 1000");
        yield return Case("endless limit", o => o.RateLimiting.PermitsPerSecond = 1_000_001, "Licenzy:RateLimiting:PermitsPerSecond is 1000001", "0 to 1000000");
        yield return Case("no burst", o => o.RateLimiting.Burst = 0, "Licenzy:RateLimiting:Burst is 0", "1 to 10000000", "the default is 2000");
        yield return Case("endless burst", o => o.RateLimiting.Burst = int.MaxValue, "Licenzy:RateLimiting:Burst is 2147483647", "1 to 10000000");
        yield return Case("negative slots", o => o.RateLimiting.Concurrent = -1, "Licenzy:RateLimiting:Concurrent is -1", "0 to 100000", "the default is 800");
        yield return Case("relative address", o => o.PublicUrl = new("/shop", UriKind.Relative), "Licenzy:PublicUrl is '/shop'", "absolute http(s)");
        yield return Case("other scheme", o => o.PublicUrl = new("ftp://shop.example"), "Licenzy:PublicUrl is 'ftp://shop.example/'", "absolute http(s)");
        yield return Case("http to Stripe", o => o.Stripe.ApiBase = new("http://api.stripe.com"), "Licenzy:Stripe:ApiBase is 'http://api.stripe.com/'", "https");
        yield return Case("relative Stripe", o => o.Stripe.ApiBase = new("stripe", UriKind.Relative), "Licenzy:Stripe:ApiBase is 'stripe'", "https");
        yield return Case("no Stripe", o => o.Stripe.ApiBase = null!, "Licenzy:Stripe:ApiBase is ''", "https");
        yield return Case("no signing secret", o => o.Billing.WebhookSecret = "sk_live_hunter2hunter2", "Licenzy:Billing:WebhookSecret", "whsec_");
        yield return Case("empty signing secret", o => o.Billing.WebhookSecret = "", "Licenzy:Billing:WebhookSecret", "leave it out");
        yield return Case("signing secret with a blank", o => o.Billing.WebhookSecret = "whsec_hunter2 hunter2", "Licenzy:Billing:WebhookSecret", "whsec_");
        yield return Case("previous secret alone", o => o.Billing.PreviousWebhookSecret = "whsec_hunter2hunter2", "Licenzy:Billing:PreviousWebhookSecret", "Licenzy:Billing:WebhookSecret");
        yield return Case("no network", o => o.OutboundWebhooks.AllowedPrivateNetworks.Add("ten/8"), "Licenzy:OutboundWebhooks:AllowedPrivateNetworks:0 is 'ten/8'", "10.0.0.0/8");
        yield return Case("bits behind the mask", o => o.OutboundWebhooks.AllowedPrivateNetworks.Add("10.0.0.0/99"), "AllowedPrivateNetworks:0 is '10.0.0.0/99'", "no bits behind the mask");
        yield return Case("bits behind the mask", o => o.OutboundWebhooks.AllowedPrivateNetworks.Add("10.0.0.1/8"), "Licenzy:OutboundWebhooks:AllowedPrivateNetworks:0 is '10.0.0.1/8'", "no bits behind the mask");
        yield return Case("bits behind the mask in IPv6", o => o.OutboundWebhooks.AllowedPrivateNetworks.Add("fd00::1/8"), "Licenzy:OutboundWebhooks:AllowedPrivateNetworks:0 is 'fd00::1/8'");
        yield return Case("no port", o => o.OutboundWebhooks.AllowedPorts.Add(0), "Licenzy:OutboundWebhooks:AllowedPorts:0 is 0", "1 to 65535");
        yield return Case("a delay before now", o => o.OutboundWebhooks.Schedule.Add(TimeSpan.FromSeconds(-1)), "Licenzy:OutboundWebhooks:Schedule:0 is '-00:00:01'", "00:05:00");
        yield return Case("a delay of a month and a day", o => o.OutboundWebhooks.Schedule.Add(TimeSpan.FromDays(31)), "Licenzy:OutboundWebhooks:Schedule:0 is '31.00:00:00'", "30.00:00:00");
        yield return Case("too many tries", o => { for (var i = 0; i < 51; i++) o.OutboundWebhooks.Schedule.Add(TimeSpan.Zero); }, "Licenzy:OutboundWebhooks:Schedule has 51 delays", "at most 50");
        yield return Case("admin key of another kind", o => o.Bootstrap.AdminKey = WrongKind, "Licenzy:Bootstrap:AdminKey", "lz_admin_", "licenzy keys generate --kind lz_admin");
        yield return Case("test key of another kind", o => o.Bootstrap.TestKey = WrongKind, "Licenzy:Bootstrap:TestKey", "licenzy keys generate --kind lz_test");
        yield return Case("mistyped test key", o => o.Bootstrap.TestKey = WrongChecksum, "Licenzy:Bootstrap:TestKey", "checksum", "licenzy keys generate --kind lz_test");
        yield return Case("mistyped live key", o => o.Bootstrap.LiveKey = WrongChecksum, "Licenzy:Bootstrap:LiveKey", "licenzy keys generate --kind lz_live");
        yield return Case("empty live key", o => o.Bootstrap.LiveKey = "", "Licenzy:Bootstrap:LiveKey", "licenzy keys generate --kind lz_live");
    }

    [TestCaseSource(nameof(Wrong))]
    public void A_wrong_setting_is_refused_with_its_name_and_the_fix(Action<LicenzyServerOptions> setting, string[] words)
    {
        var options = new LicenzyServerOptions();
        setting(options);

        var result = new LicenzyServerOptionsValidation().Validate(null, options);

        Assert.That(result.Failures, Has.Exactly(1).Items);
        foreach (var word in words)
            Assert.That(result.FailureMessage, Does.Contain(word));
        Assert.That(result.FailureMessage, Does.Not.Contain(WrongKind).And.Not.Contain(WrongChecksum).And.Not.Contain("hunter2"));
    }

    [TestCaseSource(nameof(Wrong))]
    public void A_wrong_setting_keeps_the_server_from_starting(Action<LicenzyServerOptions> setting, string[] words) => Assert.That(
        async () => await LicenzyTestServer.StartAsync(new LicenzyTestServerOptions { Configure = setting }),
        Throws.TypeOf<OptionsValidationException>().With.Message.Contains(words[0]));

    [Test]
    public void All_that_is_wrong_is_told_at_once()
    {
        var options = new LicenzyServerOptions { DataDirectory = "", RenewalLeewayHours = -1, EncryptionKey = "x" };

        Assert.That(new LicenzyServerOptionsValidation().Validate(null, options).Failures, Has.Exactly(3).Items);
    }

    [TestCase("Data Source=/data/Host=x/licenzy.db", false)]
    [TestCase("data source=licenzy.db", false)]
    [TestCase("Filename=licenzy.db", false)]
    [TestCase("Host=a;Database=b", true)]
    [TestCase("Username=b;HOST = a", true)]
    public void A_database_is_recognised_by_its_words(string database, bool isPostgres)
    {
        Assert.That(new LicenzyServerOptionsValidation().Validate(null, new LicenzyServerOptions { Database = database }).Succeeded, Is.True);
        Assert.That(DatabaseAddress.IsPostgres(database), Is.EqualTo(isPostgres));
    }

    [Test]
    public void What_is_not_set_is_right() => Assert.That(new LicenzyServerOptionsValidation().Validate(null, new LicenzyServerOptions()).Succeeded, Is.True);

    private static string Mistyped(string key) => key[..^1] + (key[^1] == 'a' ? 'b' : 'a');

    private static TestCaseData Case(string name, Action<LicenzyServerOptions> setting, params string[] words) =>
        new TestCaseData(setting, words).SetArgDisplayNames(name);
}
