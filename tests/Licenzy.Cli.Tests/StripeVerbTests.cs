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
}
