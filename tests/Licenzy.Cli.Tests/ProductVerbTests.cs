using System.Text.Json.Nodes;

namespace Licenzy.Cli.Tests;

/// <summary><c>licenzy products</c> against a real server.</summary>
public sealed class ProductVerbTests
{
    private ServerVerbs _verbs = null!;

    [OneTimeSetUp]
    public async Task StartServer() => _verbs = await ServerVerbs.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer() => await _verbs.DisposeAsync();

    [Test]
    public async Task A_product_is_made_listed_changed_and_deleted()
    {
        Assert.That(await _verbs.SayAsync("products", "create", "PACK", "--kind", "usage_pack", "--name", "100 [units]", "--price", "price_pack", "--units", "100"), Does.Contain("PACK is made: prd_"));
        Assert.That(await _verbs.SayAsync("products", "list"), Does.Contain("100 [units]").And.Contain("price_pack"));

        var changed = JsonNode.Parse(await _verbs.SayAsync("products", "update", "PACK", "--units", "200", "--json"))!;
        Assert.That(((long)changed["units"]!, (string)changed["name"]!), Is.EqualTo((200L, "100 [units]")));

        Assert.That(await _verbs.SayAsync("products", "delete", (string)changed["id"]!), Does.Contain("sells no more"));
        Assert.That(JsonNode.Parse(await _verbs.SayAsync("products", "list", "--json"))!["data"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task An_empty_list_says_how_to_fill_it() =>
        Assert.That(await _verbs.SayAsync("products", "list", "--mode", "live"), Does.Contain("No products in this mode yet").And.Contain("products create"));

    [Test]
    public async Task A_refusal_names_what_is_wrong()
    {
        var (exitCode, output) = await _verbs.RunAsync("products", "create", "PASS", "--kind", "time_pass", "--name", "Pass", "--price", "price_pass");
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("duration_days").And.Contain("request req_"));
    }

    [TestCase("update", "--name", "X")]
    [TestCase("delete", "--mode", "test")]
    public async Task A_product_that_is_not_there_is_refused(string verb, string option, string value) =>
        Assert.That((await _verbs.RunAsync("products", verb, "NONE", option, value)).ExitCode, Is.EqualTo(1));
}
