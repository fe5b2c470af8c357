using System.Text.Json.Nodes;

namespace Licenzy.Cli.Tests;

/// <summary><c>licenzy keys</c> against a real server.</summary>
public sealed class KeyVerbTests
{
    private ServerVerbs _verbs = null!;

    [OneTimeSetUp]
    public async Task StartServer() => _verbs = await ServerVerbs.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer() => await _verbs.DisposeAsync();

    [Test]
    public async Task A_key_is_made_listed_turned_and_revoked()
    {
        var made = JsonNode.Parse(await _verbs.SayAsync("keys", "create", "--name", "[web]", "--mode", "live", "--json"))!;
        Assert.That(await _verbs.StatusAsync((string)made["key"]!), Is.EqualTo(200));

        var list = await _verbs.SayAsync("keys", "list", "--mode", "live");
        Assert.That(list, Does.Contain("[web]").And.Contain("works").And.Not.Contain((string)made["key"]!));

        var turned = JsonNode.Parse(await _verbs.SayAsync("keys", "rotate", (string)made["id"]!, "--overlap-hours", "0", "--json"))!;
        Assert.That(await _verbs.StatusAsync((string)made["key"]!), Is.EqualTo(401));
        Assert.That(await _verbs.StatusAsync((string)turned["key"]!), Is.EqualTo(200));

        Assert.That(await _verbs.SayAsync("keys", "revoke", (string)turned["id"]!), Does.Contain("is refused since"));
        Assert.That(await _verbs.StatusAsync((string)turned["key"]!), Is.EqualTo(401));
        var all = JsonNode.Parse(await _verbs.SayAsync("keys", "list", "--mode", "live", "--json"))!["data"]!.AsArray();
        Assert.That(all.Single(key => (string)key!["id"]! == (string)turned["id"]!)!["revoked_at"], Is.Not.Null);
    }

    [Test]
    public async Task A_new_key_is_shown_with_a_word_of_care()
    {
        var output = await _verbs.SayAsync("keys", "create", "--name", "web");
        Assert.That(output, Does.Match("lz_test_[0-9A-Za-z]{38}").And.Contain("shown this once"));
    }

    [Test]
    public async Task A_key_that_is_not_there_is_one_line_and_exit_code_one()
    {
        var (exitCode, output) = await _verbs.RunAsync("keys", "revoke", "key_01J00000000000000000000000");
        Assert.That((exitCode, output.Trim().Split('\n').Length), Is.EqualTo((1, 1)), output);
    }

    [Test]
    public async Task An_id_that_is_none_is_one_line_and_exit_code_one()
    {
        var (exitCode, output) = await _verbs.RunAsync("keys", "revoke", "..");
        Assert.That((exitCode, output), Is.EqualTo((1, output)));
        Assert.That(output, Does.StartWith("licenzy: ").And.Not.Contain("   at "));
    }
}
