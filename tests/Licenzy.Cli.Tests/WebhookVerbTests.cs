using System.Text.Json.Nodes;

namespace Licenzy.Cli.Tests;

/// <summary><c>licenzy webhooks</c> against a real server.</summary>
public sealed class WebhookVerbTests
{
    // Nobody is there: what becomes of a delivery is not this fixture's matter.
    private const string Hook = "https://192.88.98.1/licenzy";

    [Test]
    public async Task An_endpoint_is_set_shown_rotated_and_deleted()
    {
        await using var verbs = await ServerVerbs.StartAsync();
        var none = await verbs.RunAsync("webhooks", "endpoint");
        Assert.That((none.ExitCode, none.Output.Contains("No webhook endpoint is set in test mode") && none.Output.Contains("With this tool: licenzy webhooks set")), Is.EqualTo((1, true)), none.Output);

        var made = await verbs.SayAsync("webhooks", "set", Hook, "--type", "entitlement.updated", "--type", "usage.consumed", "--description", "Billing");
        var secret = made.Split('\n').First(line => line.StartsWith("whsec_", StringComparison.Ordinal)).Trim();
        Assert.That(made, Does.Contain("shown this once").And.Contain("entitlement.updated, usage.consumed"));
        var shown = await verbs.SayAsync("webhooks", "endpoint");
        Assert.That(shown, Does.Contain($"sends to {Hook}").And.Contain("Enabled").And.Contain("Billing").And.Not.Contain(secret));

        var disabled = JsonNode.Parse(await verbs.SayAsync("webhooks", "set", Hook, "--disabled", "--json"))!;
        Assert.That(((bool)disabled["enabled"]!, (string)disabled["disabled_reason"]!, disabled["event_types"], disabled["secret"]), Is.EqualTo((false, "operator", (JsonNode?)null, (JsonNode?)null)));
        var rotated = JsonNode.Parse(await verbs.SayAsync("webhooks", "rotate", "--overlap-hours", "0", "--json"))!;
        Assert.That((string)rotated["secret"]!, Does.StartWith("whsec_").And.Not.EqualTo(secret));

        Assert.That((await verbs.RunAsync("webhooks", "endpoint", "--mode", "live")).ExitCode, Is.EqualTo(1));
        Assert.That(await verbs.SayAsync("webhooks", "delete"), Does.Contain("Nothing is sent in test mode any more"));
        Assert.That((await verbs.RunAsync("webhooks", "delete")).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task An_endpoint_is_disabled_and_enabled_as_it_is_set_up()
    {
        await using var verbs = await ServerVerbs.StartAsync();
        Assert.That((await verbs.RunAsync("webhooks", "enable")).ExitCode, Is.EqualTo(1), "nothing is set");
        await verbs.SayAsync("webhooks", "set", Hook, "--type", "usage.consumed", "--description", "Billing");

        Assert.That(await verbs.SayAsync("webhooks", "disable"), Does.Contain("Disabled (operator)").And.Contain(": usage.consumed.").And.Contain("Billing").And.Not.Contain("whsec_AAA"));
        var refused = await verbs.RunAsync("webhooks", "test");
        Assert.That((refused.ExitCode, refused.Output.Contains("With this tool: licenzy webhooks enable")), Is.EqualTo((1, true)), refused.Output);
        Assert.That(await verbs.SayAsync("webhooks", "enable"), Does.Contain("Enabled").And.Contain(": usage.consumed.").And.Contain("Billing"));
    }

    [Test]
    public async Task A_second_rotation_within_the_overlap_is_asked_about()
    {
        await using var verbs = await ServerVerbs.StartAsync();
        await verbs.SayAsync("webhooks", "set", Hook);
        var first = JsonNode.Parse(await verbs.SayAsync("webhooks", "rotate", "--json"))!;
        Assert.That((DateTimeOffset)first["previous_secret_until"]!, Is.EqualTo(TimeProvider.System.GetUtcNow().AddHours(24)).Within(TimeSpan.FromMinutes(5)));
        Assert.That(await verbs.SayAsync("webhooks", "endpoint"), Does.Contain("The secret before it signs too, until 20"));

        var again = await verbs.RunAsync("webhooks", "rotate");
        Assert.That((again.ExitCode, again.Output.Contains("--force"), again.Output.Contains("whsec_")), Is.EqualTo((1, true, false)), again.Output);
        Assert.That(JsonNode.Parse(await verbs.SayAsync("webhooks", "endpoint", "--json"))!["secret_hint"]!.ToString(), Is.EqualTo(first["secret_hint"]!.ToString()));
        Assert.That(await verbs.SayAsync("webhooks", "rotate", "--force", "--overlap-hours", "0"), Does.Contain("shown this once").And.Not.Contain("signs too"));
        await verbs.SayAsync("webhooks", "rotate");
    }

    [Test]
    public async Task A_test_waits_for_the_answer_and_says_it()
    {
        await using var verbs = await ServerVerbs.StartAsync(configure: server =>
        {
            server.OutboundWebhooks.AllowHttp = true;
            server.OutboundWebhooks.AllowedPrivateNetworks.Add("127.0.0.0/8");
        });
        await using var receiver = await AnsweringReceiver.StartAsync();
        await verbs.SayAsync("webhooks", "set", receiver.Url);

        Assert.That(await verbs.SayAsync("webhooks", "test"), Does.Match("^200 in [0-9]+ ms \\(dlv_"));
        var heard = JsonNode.Parse(await verbs.SayAsync("webhooks", "test", "--json"))!;
        Assert.That(((string)heard["status"]!, (long)heard["last_http_status"]!), Is.EqualTo(("sent", 200)));
        Assert.That(await verbs.SayAsync("webhooks", "show", (string)heard["id"]!), Does.Contain("after 1 try.").And.Contain(", sent 20"));
        receiver.Status = 503;
        var (exitCode, output) = await verbs.RunAsync("webhooks", "test");
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Match("^status 503 in [0-9]+ ms: dlv_.* is failed after 1 try: status; next try"));
    }

    [Test]
    public async Task A_test_that_nobody_sends_is_said_to_wait()
    {
        await using var verbs = await ServerVerbs.StartAsync(configure: server => server.OutboundWebhooks.Enabled = false);
        await verbs.SayAsync("webhooks", "set", Hook);
        var (exitCode, output) = await verbs.RunAsync("webhooks", "test", "--wait", "1");
        Assert.That((exitCode, output.Contains("is still pending")), Is.EqualTo((1, true)), output);
        var refused = await verbs.RunAsync("webhooks", "test", "--wait", "3601");
        Assert.That((refused.ExitCode, refused.Output.Contains("from 0 to 3600")), Is.EqualTo((1, true)), refused.Output);
    }

    [Test]
    public async Task What_cannot_be_set_is_refused_with_the_member()
    {
        await using var verbs = await ServerVerbs.StartAsync();
        await verbs.SayAsync("webhooks", "set", Hook);
        foreach (var (arguments, named) in new (string[], string)[]
        {
            (["set", "ftp://example.com"], "url"), (["set", Hook, "--type", "entitlement"], "event_types[0]"), (["rotate", "--overlap-hours", "169"], "overlap_hours"), (["list", "--type", "x"], "type"),
            (["list", "--since", "foo"], "--since is 'foo'"), (["requeue-dead", "--until", "2026-11-30T12:00:00"], "2027-01-31T00:00:00Z"),
        })
        {
            var refused = await verbs.RunAsync(["webhooks", .. arguments]);
            Assert.That((refused.ExitCode, refused.Output.Contains(named)), Is.EqualTo((1, true)), refused.Output);
        }
    }

    [Test]
    public async Task Deliveries_are_listed_shown_resent_and_requeued()
    {
        await using var verbs = await ServerVerbs.StartAsync();
        Assert.That(await verbs.SayAsync("webhooks", "list"), Does.Contain("No such deliveries"));
        await verbs.SayAsync("webhooks", "set", Hook);
        var id = (string)JsonNode.Parse(await verbs.SayAsync("webhooks", "test", "--no-wait", "--json"))!["id"]!;
        var again = JsonNode.Parse(await verbs.SayAsync("webhooks", "resend", id, "--json"))!;
        Assert.That((string)again["resend_of"]!, Is.EqualTo(id));
        Assert.That(await verbs.SayAsync("webhooks", "list", "--type", "endpoint.test", "--since", "2020-01-01T00:00:00Z"), Does.Contain(id).And.Contain((string)again["id"]!));
        Assert.That(await verbs.SayAsync("webhooks", "list", "--limit", "1"), Does.Contain("add --cursor"));
        Assert.That(await verbs.SayAsync("webhooks", "show", id), Does.Contain("endpoint.test").And.Contain("    \"workspace_id\": \"ws_").And.Contain("Recorded 20").And.Contain("not sent"));

        await verbs.SayAsync("webhooks", "delete");
        Assert.That(JsonNode.Parse(await verbs.SayAsync("webhooks", "list", "--status", "dead", "--json"))!["data"]!.AsArray(), Has.Count.EqualTo(2));
        await verbs.SayAsync("webhooks", "set", Hook);
        Assert.That(await verbs.SayAsync("webhooks", "requeue", id), Does.Contain($"{id} (endpoint.test"));
        Assert.That(await verbs.SayAsync("webhooks", "requeue-dead", "--type", "endpoint.test", "--until", "2100-01-01T00:00:00Z"), Does.Contain("1 go again, 0 are left."));
        Assert.That((await verbs.RunAsync("webhooks", "requeue", "dlv_nobody")).ExitCode, Is.EqualTo(1));
    }
}
