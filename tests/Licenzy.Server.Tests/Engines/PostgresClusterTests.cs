using System.Net;
using System.Net.NetworkInformation;
using Npgsql;

namespace Licenzy.Server.Tests.Engines;

public sealed class PostgresClusterTests
{
    [OneTimeSetUp]
    public static void Require() => PostgresCluster.Require();

    [Test]
    public async Task A_new_database_answers()
    {
        await using var database = await EngineDatabase.CreateAsync(Engine.Postgres);

        Assert.That(await AskAsync(database.ConnectionString, "select 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Two_databases_know_nothing_of_each_other()
    {
        await using var one = await EngineDatabase.CreateAsync(Engine.Postgres);
        await using var other = await EngineDatabase.CreateAsync(Engine.Postgres);
        await AskAsync(one.ConnectionString, "create table mine (id bigint)");

        const string tables = "select count(*) from pg_tables where tablename = 'mine'";
        Assert.That(await AskAsync(one.ConnectionString, tables), Is.EqualTo(1L));
        Assert.That(await AskAsync(other.ConnectionString, tables), Is.EqualTo(0L));
    }

    [Test]
    public async Task A_disposed_database_is_gone_although_a_pooled_connection_was_left()
    {
        var database = await EngineDatabase.CreateAsync(Engine.Postgres);
        await AskAsync(database.ConnectionString, "select 1");
        await database.DisposeAsync();

        Assert.That(async () => await AskAsync(database.ConnectionString, "select 1"), Throws.InstanceOf<PostgresException>());
    }

    [TestCase("fsync", "on")]
    [TestCase("synchronous_commit", "on")]
    [TestCase("full_page_writes", "on")]
    [TestCase("server_encoding", "UTF8")]
    public async Task The_cluster_is_as_durable_as_production(string setting, string value)
    {
        await using var database = await EngineDatabase.CreateAsync(Engine.Postgres);

        Assert.That(await AskAsync(database.ConnectionString, $"show {setting}"), Is.EqualTo(value));
    }

    [Test]
    public async Task Nothing_listens_outside_loopback()
    {
        if (Environment.GetEnvironmentVariable(PostgresSource.Variable) is { Length: > 0 })
            Assert.Ignore("The server was given, so where it listens is not ours to say.");
        var port = new NpgsqlConnectionStringBuilder(await PostgresCluster.OwnerAsync()).Port;

        Assert.That(Listeners(port), Is.Not.Empty.And.All.Matches<IPAddress>(IPAddress.IsLoopback));
    }

    [Test]
    public async Task A_stopped_cluster_leaves_nothing_behind()
    {
        var binaries = PostgresBinaries.FindIn(PostgresBinaries.Folders());
        if (binaries is null)
            Assert.Ignore("No binaries here.");
        var cluster = await PostgresProcess.StartAsync(binaries!);
        var port = new NpgsqlConnectionStringBuilder(cluster.ConnectionString).Port;
        await using (var open = new NpgsqlConnection($"{cluster.ConnectionString};Pooling=false"))
        {
            await open.OpenAsync();
            await cluster.DisposeAsync();
        }

        Assert.That(Directory.Exists(cluster.Folder), Is.False);
        Assert.That(Listeners(port), Is.Empty);
    }

    private static IPAddress[] Listeners(int port) =>
        [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(end => end.Port == port).Select(end => end.Address)];

    private static async Task<object?> AskAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
