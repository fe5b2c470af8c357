using System.Security.Cryptography;
using Licenzy.Reliability.Tests.Running;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Reliability.Tests.Disk;

/// <summary>A disk on which now and then a write fails: what was acknowledged is there once, and what was not says so.</summary>
public sealed class FailingWritesTests
{
    private const int Clients = 8;
    private const int Subjects = 4;
    private const int LongestRest = 250;

    [Test]
    public async Task What_is_acknowledged_is_there_once_though_writes_fail_now_and_then()
    {
        FileSizeLimit.Require();
        await using var database = await EngineDatabase.CreateAsync(Engine.Sqlite);
        await using var server = await ServerProcess.StartAsync(new Keys(), database.ConnectionString, ignoresFileSizeSignal: true);
        await Stock.FillAsync(server, Subjects);
        await using var takers = Takers.Start(server, Clients, Subjects);
        await using var readers = Readers.Start(server);
        await takers.TakeAsync(50);

        var over = Patience.ForAsync(Patience.Fault);
        while (!over.IsCompleted)
        {
            FileSizeLimit.Set(server.Id, bytes: 1);
            await Patience.ForAsync(TimeSpan.FromMilliseconds(1));
            FileSizeLimit.Lift(server.Id);
            await Patience.ForAsync(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(LongestRest)));
        }

        await takers.TakeAsync(50);
        await Stock.AssertExactAsync(server, takers, Subjects);
        readers.AssertNoneBroken();
        TestContext.Out.WriteLine(takers);
        Assert.That(takers.ToldToComeBack, Is.Not.Empty, "no write failed");
    }
}
