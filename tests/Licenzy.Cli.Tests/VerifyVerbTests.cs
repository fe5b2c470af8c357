using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Licenzy.Cli.Tests;

/// <summary><c>licenzy verify</c> against a real server, whose database somebody touches.</summary>
public sealed class VerifyVerbTests
{
    private string _folder = null!;
    private string _database = null!;
    private ServerVerbs _verbs = null!;

    [SetUp]
    public async Task StartServer()
    {
        _folder = Directory.CreateTempSubdirectory("licenzy-verify").FullName;
        _database = $"Data Source={Path.Combine(_folder, "licenzy.db")}";
        _verbs = await ServerVerbs.StartAsync(_database);
        await _verbs.SayAsync("products", "create", "PACK", "--kind", "usage_pack", "--name", "Pack", "--price", "price_pack", "--units", "100");
        await _verbs.SayAsync("grant", "user_1", "PACK", "--reason", "a test");
        using var client = _verbs.Client();
        await client.CommitHoldAsync((await client.HoldUsageAsync(new() { SubjectRef = "user_1", Units = 30 })).HoldId, 20);
    }

    [TearDown]
    public async Task StopServer()
    {
        await _verbs.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Where_every_balance_adds_up_it_says_so_and_ends_with_0()
    {
        Assert.That(await _verbs.SayAsync("verify"), Does.Contain("1 subjects, 1 rights: every balance adds up."));
        Assert.That(await _verbs.SayAsync("verify", "--mode", "live"), Does.Contain("0 subjects, 0 rights: every balance adds up."));
        var json = JsonNode.Parse(await _verbs.SayAsync("verify", "--json"))!;
        Assert.That(((int)json["entitlements"]!, json["data"]!.AsArray().Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_balance_that_was_touched_is_reported_and_ends_with_3()
    {
        await TouchAsync("update entitlements set units_remaining = units_remaining + 5");

        var (exitCode, output) = await _verbs.RunAsync("verify");
        Assert.That((exitCode, output), Is.EqualTo((3, output)));
        Assert.That(output, Does.Contain("user_1").And.Contain("balance").And.Contain("85").And.Contain("80").And.Contain("2 differences."));

        (exitCode, output) = await _verbs.RunAsync("verify", "--mode", "test", "--json");
        var found = JsonNode.Parse(output)!["data"]![0]!;
        Assert.That((exitCode, (string)found["subject_ref"]!, (string)found["kind"]!, (long)found["recorded"]!, (long)found["computed"]!), Is.EqualTo((3, "user_1", "balance", 85L, 80L)));
        Assert.That((await _verbs.RunAsync("verify", "--mode", "live")).ExitCode, Is.Zero, "the other mode's books are right");
    }

    [Test]
    public async Task Who_cannot_ask_ends_with_1() =>
        Assert.That((await _verbs.RunWithAsync(new() { ["LICENZY_ADMIN_KEY"] = "" }, "verify", "--admin-key", "lz_admin_nonsense")).ExitCode, Is.EqualTo(1));

    private async Task TouchAsync(string sql)
    {
        await using var connection = new SqliteConnection(_database + ";Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.That(await command.ExecuteNonQueryAsync(), Is.GreaterThan(0));
    }
}
