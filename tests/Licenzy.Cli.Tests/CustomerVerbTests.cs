using System.Text.Json.Nodes;
using Licenzy.Portal;

namespace Licenzy.Cli.Tests;

/// <summary><c>licenzy customers</c> against a real server.</summary>
public sealed class CustomerVerbTests
{
    private ServerVerbs _verbs = null!;

    [OneTimeSetUp]
    public async Task StartServer()
    {
        _verbs = await ServerVerbs.StartAsync();
        await _verbs.SayAsync("products", "create", "PACK", "--kind", "usage_pack", "--name", "Pack", "--price", "price_pack", "--units", "100");
        await _verbs.SayAsync("products", "create", "PRO", "--kind", "subscription", "--name", "Pro", "--price", "price_pro");
    }

    [OneTimeTearDown]
    public async Task StopServer() => await _verbs.DisposeAsync();

    [Test]
    public async Task A_right_is_given_corrected_taken_back_and_told_of()
    {
        var given = JsonNode.Parse(await _verbs.SayAsync("customers", "grant", "user_1", "PACK", "--reason", "a present", "--json"))!;
        var right = (string)given["id"]!;

        Assert.That(await _verbs.SayAsync("customers", "adjust", "user_1", right, "--units", "-30", "--reason", "[counted] twice"), Does.Contain("PACK of user_1 has 70 units left (-30)."));
        Assert.That(await _verbs.SayAsync("customers", "show", "user_1"), Does.Contain("user_1: allowed, usage_pack_available").And.Contain("[counted] twice").And.Contain(right));

        Assert.That(await _verbs.SayAsync("customers", "revoke", "user_1", right, "--reason", "fraud"), Does.Contain($"PACK of user_1 is revoked: {right}."));
        var shown = await _verbs.SayAsync("customers", "show", "user_1");
        Assert.That(shown, Does.Contain("user_1: denied, revoked").And.Contain("manual_revoke").And.Contain("fraud").And.Contain("Attempts to buy: none."));

        var page = JsonNode.Parse(await _verbs.SayAsync("customers", "show", "user_1", "--json"))!;
        Assert.That(
            ((bool)page["decision"]!["allowed"]!, (string)page["decision"]!["reason"]!, page["history"]!["data"]!.AsArray().Count),
            Is.EqualTo((false, "revoked", 3)));
    }

    [Test]
    public async Task Customers_are_listed_by_the_beginning_of_their_id_page_by_page()
    {
        foreach (var subject in new[] { "list_a", "list_b", "list_[c]" })
            await _verbs.SayAsync("grant", subject, "PRO", "--reason", "a test");

        var first = await _verbs.SayAsync("customers", "list", "list_", "--limit", "2");
        Assert.That(first, Does.Contain("list_[c]").And.Contain("list_b").And.Not.Contain("list_a").And.Contain("subscription_active"));
        var cursor = first.Split("--cursor ")[1].Trim();
        Assert.That(await _verbs.SayAsync("customers", "list", "list_", "--cursor", cursor), Does.Contain("list_a").And.Not.Contain("list_b").And.Not.Contain("--cursor"));

        var json = JsonNode.Parse(await _verbs.SayAsync("customers", "list", "list_a", "--json"))!;
        Assert.That(((string)json["data"]!.AsArray().Single()!["subject_ref"]!, (bool)json["data"]![0]!["has_access"]!), Is.EqualTo(("list_a", true)));
        Assert.That(await _verbs.SayAsync("customers", "list", "nobody"), Does.Contain("No such customers in test mode"));
    }

    [Test]
    public async Task A_paid_subscription_that_is_revoked_is_still_billed_and_said_to_be()
    {
        using var portal = _verbs.Portal();
        var stripe = _verbs.Stripe;
        stripe.AddPrice("price_paid", 100, recurring: true);
        var connection = await portal.ConnectStripeAsync(new ConnectStripeRequest { Mode = "test", SecretKey = stripe.SecretKey, WebhookSecret = stripe.WebhookSecret });
        stripe.SendEventsTo(new Uri(connection.WebhookUrl!));
        await portal.CreateProductAsync(new CreateProductRequest { Mode = "test", ProductCode = "PAID", Name = "Paid", Kind = "subscription", StripePriceId = "price_paid" });
        var session = await stripe.PayAsync(await _verbs.BuyAsync("payer", "PAID"));

        var right = (await portal.GetCustomerAsync("payer", "test")).Entitlements.Data[0];
        Assert.That(await _verbs.SayAsync("customers", "revoke", "payer", right.Id, "--reason", "fraud"), Does.Contain($"Stripe still bills {session.Subscription}: cancel it there."));
    }

    [TestCase("show", "nobody", null)]
    [TestCase("revoke", "nobody", "ent_01J00000000000000000000000")]
    [TestCase("adjust", "nobody", "ent_01J00000000000000000000000")]
    public async Task What_is_not_there_is_one_line_that_says_where_to_look(string verb, string subject, string? right)
    {
        string[] more = verb switch { "revoke" => ["--reason", "a test"], "adjust" => ["--units", "5", "--reason", "a test"], _ => [] };
        var (exitCode, output) = await _verbs.RunAsync(["customers", verb, subject, .. right is null ? [] : new[] { right }, .. more]);
        Assert.That((exitCode, output.Trim().Split('\n').Length), Is.EqualTo((1, 1)), output);
        Assert.That(output, Does.Contain("nobody").And.Contain("--mode or --workspace").And.Contain("request req_"));
    }

    [Test]
    public async Task Too_few_units_and_a_right_that_is_over_are_told_in_a_line()
    {
        var right = (string)JsonNode.Parse(await _verbs.SayAsync("customers", "grant", "user_2", "PACK", "--reason", "a test", "--json"))!["id"]!;
        var (exitCode, output) = await _verbs.RunAsync("customers", "adjust", "user_2", right, "--units", "-101", "--reason", "a test");
        Assert.That((exitCode, output.Contains("left: 100.")), Is.EqualTo((1, true)), output);

        await _verbs.SayAsync("customers", "revoke", "user_2", right, "--reason", "a test");
        var again = await _verbs.RunAsync("customers", "revoke", "user_2", right, "--reason", "a test");
        Assert.That((again.ExitCode, again.Output.Contains("taken back before")), Is.EqualTo((1, true)), again.Output);
    }

    [Test]
    public async Task The_workspace_is_chosen_by_option_or_variable()
    {
        using var portal = _verbs.Portal();
        var made = await portal.CreateWorkspaceAsync(new CreateWorkspaceRequest { Name = "Second [line]" });
        Assert.That(await _verbs.SayAsync("workspaces", "list"), Does.Contain(made.Id).And.Contain("Second [line]"));

        await _verbs.SayAsync("products", "create", "THEIRS", "--kind", "usage_pack", "--name", "Theirs", "--price", "price_theirs", "--units", "5", "--workspace", made.Id);
        await _verbs.SayAsync("grant", "user_9", "THEIRS", "--reason", "a test", "--workspace", made.Id);
        var byVariable = await _verbs.RunWithAsync(new() { ["LICENZY_WORKSPACE"] = made.Id }, "customers", "list");
        Assert.That(byVariable.Output, Does.Contain("user_9"));
        Assert.That(await _verbs.SayAsync("customers", "list", "user_9"), Does.Not.Contain("usage_pack_available"), "not in the account's oldest");

        var unknown = await _verbs.RunWithAsync(new() { ["LICENZY_WORKSPACE"] = "ws_01J00000000000000000000000" }, "customers", "list");
        Assert.That((unknown.ExitCode, unknown.Output.Contains("Is ws_01J00000000000000000000000 one of yours? licenzy workspaces list")), Is.EqualTo((1, true)), unknown.Output);
        var list = await _verbs.RunWithAsync(new() { ["LICENZY_WORKSPACE"] = "ws_01J00000000000000000000000" }, "workspaces", "list");
        Assert.That(list.ExitCode, Is.Zero, "a wrong variable does not hide the right ones");
        Assert.That((await _verbs.RunAsync("keys", "list", "--workspace", "Default")).Output, Does.Contain("--workspace (LICENZY_WORKSPACE) is not a workspace's id"));
    }
}
