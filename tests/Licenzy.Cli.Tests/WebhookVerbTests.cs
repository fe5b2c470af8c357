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
        Assert.That((none.ExitCode, none.Output.Contains("No webhook endpoint is set in test mode")), Is.EqualTo((1, true)), none.Output);

        var made = await verbs.SayAsync("webhooks", "set", Hook, "--type", "entitlement.updated", "--type", "usage.consumed", "--description", "Billing");
        var secret = made.Split('\n').First(line => line.StartsWith("whsec_", StringComparison.Ordinal)).Trim();
        Assert.That(made, Does.Contain("shown this once").And.Contain("entitlement.updated, usage.consumed"));
        var shown = await verbs.SayAsync("webhooks", "endpoint");
        Assert.That(shown, Does.Contain($"sends to {Hook}").And.Contain("Enabled").And.Not.Contain(secret));

        var disabled = JsonNode.Parse(await verbs.SayAsync("webhooks", "set", Hook, "--disabled", "--json"))!;
        Assert.That(((bool)disabled["enabled"]!, (string)disabled["disabled_reason"]!, disabled["event_types"], disabled["secret"]), Is.EqualTo((false, "operator", (JsonNode?)null, (JsonNode?)null)));
        var rotated = JsonNode.Parse(await verbs.SayAsync("webhooks", "rotate", "--overlap-hours", "0", "--json"))!;
        Assert.That((string)rotated["secret"]!, Does.StartWith("whsec_").And.Not.EqualTo(secret));

        Assert.That((await verbs.RunAsync("webhooks", "endpoint", "--mode", "live")).ExitCode, Is.EqualTo(1));
        Assert.That(await verbs.SayAsync("webhooks", "delete"), Does.Contain("Nothing is sent in test mode any more"));
        Assert.That((await verbs.RunAsync("webhooks", "delete")).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task What_cannot_be_set_is_refused_with_the_member()
    {
        await using var verbs = await ServerVerbs.StartAsync();
        foreach (var (arguments, named) in new (string[], string)[]
        {
            (["set", "ftp://example.com"], "url"), (["set", Hook, "--type", "entitlement"], "event_types[0]"), (["rotate", "--overlap-hours", "169"], "overlap_hours"), (["list", "--type", "x"], "type"),
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
        var id = (string)JsonNode.Parse(await verbs.SayAsync("webhooks", "test", "--json"))!["id"]!;
        var again = JsonNode.Parse(await verbs.SayAsync("webhooks", "resend", id, "--json"))!;
        Assert.That((string)again["resend_of"]!, Is.EqualTo(id));
        Assert.That(await verbs.SayAsync("webhooks", "list", "--type", "endpoint.test", "--since", "2020-01-01T00:00:00Z"), Does.Contain(id).And.Contain((string)again["id"]!));
        Assert.That(await verbs.SayAsync("webhooks", "list", "--limit", "1"), Does.Contain("add --cursor"));
        Assert.That(await verbs.SayAsync("webhooks", "show", id), Does.Contain("endpoint.test").And.Contain("\"workspace_id\""));

        await verbs.SayAsync("webhooks", "delete");
        Assert.That(JsonNode.Parse(await verbs.SayAsync("webhooks", "list", "--status", "dead", "--json"))!["data"]!.AsArray(), Has.Count.EqualTo(2));
        await verbs.SayAsync("webhooks", "set", Hook);
        Assert.That(await verbs.SayAsync("webhooks", "requeue", id), Does.Contain($"{id} (endpoint.test"));
        Assert.That(await verbs.SayAsync("webhooks", "requeue-dead", "--type", "endpoint.test", "--until", "2100-01-01T00:00:00Z"), Does.Contain("1 go again, 0 are left."));
        Assert.That((await verbs.RunAsync("webhooks", "requeue", "dlv_nobody")).ExitCode, Is.EqualTo(1));
    }
}
