using System.Diagnostics;
using Licenzy.Reliability.Tests.Running;
using Licenzy.Server.Tests.Engines;
using Microsoft.Data.Sqlite;

namespace Licenzy.Reliability.Tests.Disk;

/// <summary>The disk under the SQLite file is full, and then it is not: nothing is promised that is not there, and nobody starts anything again.</summary>
public sealed class FullDiskTests
{
    private const int Clients = 8;
    private const int Subjects = 4;

    // Room for some transactions more, where the log has not passed it already.
    private const ulong Room = 128 * 1024;

    [Test]
    public async Task Writers_are_told_to_come_back_until_there_is_room_again()
    {
        FileSizeLimit.Require();
        await using var database = await EngineDatabase.CreateAsync(Engine.Sqlite);
        await using var server = await ServerProcess.StartAsync(new Keys(), database.ConnectionString, ignoresFileSizeSignal: true);
        await Stock.FillAsync(server, Subjects);
        await using var takers = Takers.Start(server, Clients, Subjects);
        await using var readers = Readers.Start(server);
        await takers.TakeAsync(50);

        FileSizeLimit.Set(server.Id, Length(database) + Room);
        await Patience.UntilAsync(() => takers.ToldToComeBack.Count >= Clients, () => $"The disk does not fill up: {takers}");
        var since = Stopwatch.GetTimestamp();
        await Patience.ForAsync(Patience.Fault);
        readers.AssertAllAnswered(since);

        FileSizeLimit.Lift(server.Id);
        TestContext.Out.WriteLine($"{(await takers.TakeAsync(50)).TotalSeconds:0.0} s after there is room 50 more are taken: {takers}");
        await Stock.AssertExactAsync(server, takers, Subjects);
        readers.AssertNoneBroken();
        await using var outside = await Outside.OpenFileAsync(database);
        await using var check = new SqliteCommand("pragma integrity_check", outside);
        Assert.That(await check.ExecuteScalarAsync(), Is.EqualTo("ok"));
    }

    private static ulong Length(EngineDatabase database) => (ulong)new FileInfo(new SqliteConnectionStringBuilder(database.ConnectionString).DataSource).Length;
}
