using Licenzy.Reliability.Tests.Running;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Microsoft.Data.Sqlite;

namespace Licenzy.Reliability.Tests.Disk;

/// <summary>SQLite takes a whole transaction back by itself where the file may not grow: those in it hear that, and the next one begins.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class FullFileTests(bool isKept)
{
    private const string Fits = "insert into things values (x'00')";
    private const string DoesNotFit = "insert into things values (zeroblob(1000000))";

    private EngineDatabase _database = null!;
    private SqliteLane _lane = null!;

    [SetUp]
    public async Task OpenLane()
    {
        _database = await EngineDatabase.CreateAsync(Engine.Sqlite);
        await (await Outside.OpenFileAsync(_database)).DisposeAsync();
        _lane = new SqliteLane("writer", _database.ConnectionString + ";Pooling=False", TimeProvider.System, "journal_mode = wal", "max_page_count = 40");
        await WriteAsync("create table things (thing blob)");
    }

    [TearDown]
    public async Task CloseLane()
    {
        _lane.Dispose();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task Who_shares_the_transaction_hears_that_nothing_is_certain_and_nothing_is_there()
    {
        using var mayGo = new ManualResetEventSlim();
        // While the thread is here, the others gather.
        var first = _lane.RunAsync(_ => mayGo.Wait(TimeSpan.FromSeconds(10)), CancellationToken.None);
        Task[] together = [WriteAsync(Fits), WriteAsync(DoesNotFit), WriteAsync(Fits)];
        mayGo.Set();
        Assert.That(await first, Is.True);

        foreach (var write in together)
            Assert.That(async () => await write, Throws.TypeOf<StorageUnavailableException>());
        Assert.That(await CountAsync(), Is.Zero);
    }

    [Test]
    public async Task The_next_writer_begins_as_if_nothing_had_been()
    {
        for (var round = 0; round < 3; round++)
        {
            Assert.That(async () => await WriteAsync(DoesNotFit), Throws.TypeOf<StorageUnavailableException>());
            await WriteAsync(Fits);
        }

        Assert.That(await CountAsync(), Is.EqualTo(3));
    }

    private Task<int> WriteAsync(string sql) => _lane.WriteAsync(
        (connection, statements) => new SqliteWrite<int>(() => isKept ? Run(statements.Of(sql)) : Say(connection, sql), _ => { }), CancellationToken.None);

    private static int Run(SqliteStatement statement)
    {
        statement.Run();
        return 1;
    }

    private Task<long> CountAsync() => _lane.RunAsync(
        connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = "select count(*) from things";
            return (long)command.ExecuteScalar()!;
        },
        CancellationToken.None);

    private static int Say(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }
}
