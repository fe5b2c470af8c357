using System.Text.Json.Nodes;
using Licenzy.Portal;
using Licenzy.Server.Accounts;
using Licenzy.Testing;

namespace Licenzy.Cli.Tests;

/// <summary>The verbs against a real server.</summary>
public sealed class VerbTests
{
    private LicenzyTestServer _server = null!;
    private Dictionary<string, string> _environment = null!;

    [OneTimeSetUp]
    public async Task StartServer()
    {
        _server = await LicenzyTestServer.StartAsync();
        _environment = new()
        {
            ["LICENZY_URL"] = _server.BaseAddress.ToString(), ["LICENZY_KEY"] = _server.TestKey, ["LICENZY_ADMIN_KEY"] = _server.AdminKey,
        };
        using var portal = LicenzyPortalClient.Create(new LicenzyPortalClientOptions { BaseAddress = _server.BaseAddress, AdminKey = _server.AdminKey });
        await portal.CreateProductAsync(new CreateProductRequest
        {
            Mode = "test", ProductCode = "PACK", Name = "Pack", Kind = "usage_pack", StripePriceId = "price_pack", Units = 10,
        });
        await portal.CreateProductAsync(new CreateProductRequest
        {
            Mode = "test", ProductCode = "PRO", Name = "Pro", Kind = "subscription", StripePriceId = "price_pro",
        });
        await portal.ConnectStripeAsync(new ConnectStripeRequest
        {
            Mode = "test", SecretKey = "sk_test_0000000000000000", WebhookSecret = "whsec_for_the_verbs", Verify = false,
        });
    }

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [TestCase("lz_test", KeyKind.TestRuntime)]
    [TestCase("lz_live", KeyKind.LiveRuntime)]
    [TestCase("lz_admin", KeyKind.Admin)]
    [TestCase("sk_test", KeyKind.TestSecret)]
    [TestCase("sk_live", KeyKind.LiveSecret)]
    [TestCase("pk_test", KeyKind.TestPublishable)]
    [TestCase("pk_live", KeyKind.LivePublishable)]
    public async Task Keys_generate_prints_a_well_formed_key(string word, KeyKind kind)
    {
        var (exitCode, output) = await Tool.RunAsync(null, "keys", "generate", "--kind", word);
        Assert.That((exitCode, KeyFormat.KindOf(output.Trim())), Is.EqualTo((0, (KeyKind?)kind)));
    }

    [Test]
    public async Task Check_denies_then_grant_gives_then_check_allows()
    {
        var before = await Tool.RunAsync(_environment, "check", "user_1");
        Assert.That((before.ExitCode, before.Output), Is.EqualTo((3, before.Output)), before.Output);
        Assert.That(before.Output, Does.Contain("denied"));

        var grant = await Tool.RunAsync(_environment, "grant", "user_1", "PACK", "--reason", "a present", "--units", "7", "--json");
        Assert.That(grant.ExitCode, Is.Zero, grant.Output);
        Assert.That((long)JsonNode.Parse(grant.Output)!["usage_remaining"]!, Is.EqualTo(7));

        var after = await Tool.RunAsync(_environment, "check", "user_1");
        Assert.That(after.ExitCode, Is.Zero, after.Output);
        Assert.That(after.Output, Does.Contain("allowed").And.Contain("usage_pack_available"));
    }

    [Test]
    public async Task A_refusal_is_one_line_with_the_request_id_and_exit_code_one()
    {
        var (exitCode, output) = await Tool.RunAsync(_environment, "grant", "user_1", "NOPE", "--reason", "a present");
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output.Trim().Split('\n'), Has.Length.EqualTo(1).And.One.Contains("no product of that code").And.One.Contains("request req_"));
    }

    [TestCase("check")]
    [TestCase("grant")]
    [TestCase("trigger")]
    public async Task Help_shows_no_secret_that_is_set(string verb)
    {
        var secrets = new Dictionary<string, string>(_environment) { ["LICENZY_WEBHOOK_SECRET"] = "whsec_for_the_verbs" };
        var (_, output) = await Tool.RunAsync(secrets, verb, "--help");
        Assert.That(output, Does.Contain("Usage:").And.Not.Contain(_server.TestKey).And.Not.Contain(_server.AdminKey).And.Not.Contain("whsec_for_the_verbs"));
        Assert.That((await Tool.RunAsync(secrets, verb, "--nonsense")).Output, Does.Not.Contain(_server.TestKey).And.Not.Contain(_server.AdminKey).And.Not.Contain("whsec_for_the_verbs"));
    }

    [Test]
    public async Task A_key_of_another_kind_is_told_in_the_words_of_the_tool()
    {
        var (exitCode, output) = await Tool.RunAsync(_environment, "check", "user_1", "--key", _server.AdminKey);
        Assert.That((exitCode, output.Trim().Split('\n').Length), Is.EqualTo((1, 1)), output);
        Assert.That(output, Does.Contain("--key (LICENZY_KEY) begins with 'lz_admin_'").And.Contain("licenzy keys create --name").And.Not.Contain("Licenzy:").And.Not.Contain("portal"));
    }

    [TestCase("check", "")]
    [TestCase("grant", "..", "PACK", "--reason", "a test")]
    public async Task A_subject_that_is_none_is_told_without_a_word_of_the_code(params string[] arguments)
    {
        var (exitCode, output) = await Tool.RunAsync(_environment, arguments);
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.StartWith("licenzy: ").And.Contain("subject").And.Not.Contain("Parameter"));
    }

    [Test]
    public async Task The_tool_alone_says_what_it_can_do_in_lines_of_a_screen()
    {
        foreach (var arguments in new string[][] { [], ["--help"] })
        {
            var (exitCode, output) = await Tool.RunAsync(null, arguments);
            Assert.That(exitCode, Is.Zero, output);
            Assert.That(output, Does.Contain("Usage:").And.Contain("trigger <type>").And.Contain("Send a signed Stripe event"));
            Assert.That(output.Split('\n').Max(line => line.TrimEnd().Length), Is.LessThan(200));
        }

        Assert.That((await Tool.RunAsync(null, "trigger", "--help")).Output, Does.Contain("checkout.session.completed"), "and each verb says the rest");
    }

    [TestCase("grant", "user_1", "PACK", "--reason", "a test", "--expires-at", "03/04/2027")]
    [TestCase("grant", "user_1", "PACK", "--reason", "a test", "--expires-at", "12:00")]
    [TestCase("grant", "user_1", "PACK", "--reason", "a test", "--expires-at", "2027-01-31T00:00:00")]
    [TestCase("grant", "user_1", "PACK", "--reason", "a test", "--expires-at", "2027-01-31T00:00:00+02:00")]
    [TestCase("grant", "user_1", "PACK", "--reason", "a test", "--expires-at", "2027-02-30")]
    [TestCase("keys", "create", "--name", "web", "--expires-at", "tomorrow")]
    public async Task A_time_that_could_be_read_otherwise_is_refused_in_one_line(params string[] arguments)
    {
        var (exitCode, output) = await Tool.RunAsync(_environment, arguments);
        Assert.That((exitCode, output.Trim().Split('\n').Length), Is.EqualTo((1, 1)), output);
        Assert.That(output, Does.Contain($"--expires-at is '{arguments[^1]}'").And.Contain("2027-01-31T00:00:00Z"));
    }

    [TestCase("2027-01-31", "2027-01-31T00:00:00Z")]
    [TestCase("2027-01-31T12:00Z", "2027-01-31T12:00:00Z")]
    [TestCase("2027-01-31T12:00:01Z", "2027-01-31T12:00:01Z")]
    [TestCase("2027-01-31T12:00:01.5Z", "2027-01-31T12:00:01.5Z")]
    public async Task A_time_is_the_same_wherever_it_is_written(string written, string read)
    {
        var elsewhere = new Dictionary<string, string>(_environment) { ["TZ"] = "Pacific/Auckland", ["LANG"] = "de_DE.UTF-8" };
        var (exitCode, output) = await Tool.RunAsync(elsewhere, "grant", "user_time", "PACK", "--reason", "a test", "--expires-at", written, "--json");
        Assert.That(exitCode, Is.Zero, output);
        Assert.That((string)JsonNode.Parse(output)!["expires_at"]!, Is.EqualTo(read));
    }

    [Test]
    public async Task A_missing_key_names_the_variable()
    {
        var (exitCode, output) = await Tool.RunAsync(new Dictionary<string, string> { ["LICENZY_KEY"] = "" }, "check", "user_1");
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("Set LICENZY_KEY, or give --key"));
    }

    [Test]
    public async Task Trigger_sends_an_event_the_server_accepts_and_a_wrong_secret_is_refused()
    {
        var good = await Tool.RunAsync(_environment, "trigger", "customer.subscription.updated", "--price", "price_pro", "--webhook-secret", "whsec_for_the_verbs");
        Assert.That(good.Output, Does.Contain("200 {\"received\":true}"));
        Assert.That(good.ExitCode, Is.Zero);

        var bad = await Tool.RunAsync(_environment, "trigger", "invoice.paid", "--webhook-secret", "whsec_another");
        Assert.That(bad.ExitCode, Is.EqualTo(1));
        Assert.That(bad.Output, Does.Contain("400").And.Contain("Stripe-Signature"));
    }
}
