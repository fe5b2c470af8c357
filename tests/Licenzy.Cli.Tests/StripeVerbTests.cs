using System.Text.Json.Nodes;

namespace Licenzy.Cli.Tests;

/// <summary><c>licenzy stripe</c> against a real server and a Stripe double.</summary>
public sealed class StripeVerbTests
{
    [Test]
    public async Task An_account_is_connected_and_its_secrets_are_never_printed()
    {
        await using var verbs = await ServerVerbs.StartAsync();
        var (key, webhook) = (verbs.Stripe.SecretKey, verbs.Stripe.WebhookSecret);
        Assert.That(await verbs.SayAsync("stripe", "status"), Does.Contain("No Stripe account is connected yet"));

        var byOption = await verbs.SayAsync("stripe", "connect", "--secret-key", key);
        Assert.That(byOption, Does.Contain($"test mode is connected: sk_test_…{key[^4..]}, {verbs.Stripe.AccountId}").And.Contain("/v1/webhooks/stripe/tenant?connection=con_"));
        var byVariable = await verbs.RunWithAsync(
            new() { ["LICENZY_STRIPE_KEY"] = key, ["LICENZY_WEBHOOK_SECRET"] = webhook }, "stripe", "connect", "--mode", "test", "--json");
        Assert.That((bool)JsonNode.Parse(byVariable.Output)!["webhook_secret_set"]!, Is.True);

        var status = await verbs.SayAsync("stripe", "status");
        Assert.That(status, Does.Contain("connected").And.Contain("not_connected").And.Contain("set"));
        Assert.That(byOption + byVariable.Output + status, Does.Not.Contain(key).And.Not.Contain(webhook).And.Not.Contain(key[8..^4]));
    }

    [Test]
    public async Task Events_are_listed_replayed_and_linked()
    {
        await using var verbs = await ServerVerbs.StartAsync();
        Assert.That(await verbs.SayAsync("stripe", "events", "list"), Does.Contain("No such events"));
        await verbs.SayAsync("stripe", "connect", "--secret-key", verbs.Stripe.SecretKey, "--webhook-secret", verbs.Stripe.WebhookSecret, "--overlap-hours", "1");
        var sent = await verbs.RunWithAsync(
            new() { ["LICENZY_WEBHOOK_SECRET"] = verbs.Stripe.WebhookSecret }, "trigger", "invoice.paid");
        Assert.That(sent.ExitCode, Is.Zero, sent.Output);

        var listed = JsonNode.Parse(await verbs.SayAsync("stripe", "events", "list", "--status", "unmatched", "--json"))!["data"]!.AsArray().Single()!;
        var id = (string)listed["id"]!;
        Assert.That(await verbs.SayAsync("stripe", "events", "replay", id), Does.Contain(id).And.Contain("unmatched"));
        var linked = JsonNode.Parse(await verbs.SayAsync("stripe", "events", "link", id, "user_1", "--json"))!;
        Assert.That(((string)linked["status"]!, (string)linked["subject_ref"]!), Is.EqualTo(("pending", "user_1")));
        Assert.That((await verbs.RunAsync("stripe", "events", "link", "evt_nobody", "user_1")).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task A_key_that_Stripe_refuses_is_refused_without_being_printed()
    {
        await using var verbs = await ServerVerbs.StartAsync();
        var (exitCode, output) = await verbs.RunAsync("stripe", "connect", "--secret-key", "sk_test_not_the_one");
        Assert.That((exitCode, output.Contains("not_the_one")), Is.EqualTo((1, false)), output);
        Assert.That(output, Does.Contain("Stripe refused the key"));
    }

    [Test]
    public async Task Without_a_key_the_variable_is_named_and_the_help_shows_none()
    {
        await using var verbs = await ServerVerbs.StartAsync();
        var missing = await verbs.RunAsync("stripe", "connect");
        Assert.That((missing.ExitCode, missing.Output), Is.EqualTo((1, missing.Output)));
        Assert.That(missing.Output, Does.Contain("Set LICENZY_STRIPE_KEY, or give --secret-key"));

        var help = await verbs.RunWithAsync(new() { ["LICENZY_STRIPE_KEY"] = "sk_test_in_the_environment", ["LICENZY_WEBHOOK_SECRET"] = "whsec_in_the_environment" }, "stripe", "connect", "--help");
        Assert.That(help.Output, Does.Contain("Usage:").And.Not.Contain("in_the_environment").And.Not.Contain("lz_admin_0"));
    }

    [Test]
    public async Task What_the_server_says_of_its_routes_is_said_of_the_verbs_too()
    {
        await using var verbs = await ServerVerbs.StartAsync();
        var unconnected = await verbs.RunAsync("stripe", "catch-up");
        Assert.That((unconnected.ExitCode, unconnected.Output.Trim().Split('\n').Length), Is.EqualTo((1, 1)), unconnected.Output);
        Assert.That(unconnected.Output, Does.Contain("With this tool: licenzy stripe connect"));

        string[] product = ["products", "create", "PACK", "--kind", "usage_pack", "--name", "Pack", "--price", "price_pack", "--units", "1"];
        await verbs.SayAsync(product);
        Assert.That((await verbs.RunAsync(product)).Output, Does.Contain("PACK exists").And.Contain("licenzy products update"));

        var (key, webhook) = (verbs.Stripe.SecretKey, verbs.Stripe.WebhookSecret);
        await verbs.Stripe.DisposeAsync();
        Assert.That((await verbs.RunAsync("stripe", "connect", "--secret-key", key, "--webhook-secret", webhook)).Output, Does.Contain("With this tool: licenzy stripe connect --no-verify"));
    }

    [Test]
    public async Task Events_are_listed_page_by_page()
    {
        await using var verbs = await ServerVerbs.StartAsync();
        var secret = new Dictionary<string, string> { ["LICENZY_WEBHOOK_SECRET"] = verbs.Stripe.WebhookSecret };
        await verbs.SayAsync("stripe", "connect", "--secret-key", verbs.Stripe.SecretKey, "--webhook-secret", verbs.Stripe.WebhookSecret);
        foreach (var type in new[] { "invoice.paid", "customer.subscription.updated" })
        {
            Assert.That((await verbs.RunWithAsync(secret, "trigger", type)).ExitCode, Is.Zero);
        }

        var first = await verbs.SayAsync("stripe", "events", "list", "--limit", "1");
        var cursor = first.Split("There are more: add --cursor ")[1].Trim();
        var second = await verbs.SayAsync("stripe", "events", "list", "--limit", "1", "--cursor", cursor);
        Assert.That(second, Does.Not.Contain("--cursor"));
        Assert.That(new[] { first, second }, Has.One.Contains("invoice.paid").And.One.Contains("customer.subscription.updated"));
    }

    [Test]
    public async Task What_was_missed_is_found_told_by_the_exit_code_and_mended()
    {
        await using var verbs = await ServerVerbs.StartAsync();
        await verbs.SayAsync("stripe", "connect", "--secret-key", verbs.Stripe.SecretKey);
        verbs.Stripe.AddPrice("price_pro", 2000, recurring: true);
        await verbs.SayAsync("products", "create", "PRO", "--kind", "subscription", "--name", "Pro", "--price", "price_pro");
        var subscription = await verbs.SubscribeElsewhereAsync("price_pro", "user_1");

        var found = await verbs.RunAsync("stripe", "reconcile");
        Assert.That((found.ExitCode, found.Output.Contains("subscription_missing_here")), Is.EqualTo((3, true)), found.Output);
        Assert.That(await verbs.SayAsync("stripe", "import", "--metadata-key", "user_id"), Does.Contain("importable").And.Contain("Nothing was changed"));
        var imported = JsonNode.Parse(await verbs.SayAsync("stripe", "import", "--metadata-key", "user_id", "--apply", "--json"))!;
        Assert.That(((long)imported["imported"]!, (string)imported["data"]![0]!["subscription_id"]!), Is.EqualTo((1L, subscription)));

        await verbs.Stripe.CancelNowAsync(subscription);
        Assert.That((await verbs.RunAsync("stripe", "reconcile", "--dry-run")).ExitCode, Is.EqualTo(3));
        Assert.That(await verbs.SayAsync("stripe", "reconcile", "--apply"), Does.Contain("1 differ, 1 mended"));
        Assert.That(await verbs.SayAsync("stripe", "catch-up"), Does.Contain("test mode knows what happened at Stripe until"));
        Assert.That((await verbs.RunAsync("stripe", "reconcile", "--apply", "--dry-run")).ExitCode, Is.EqualTo(1));
    }
}
