using System.Diagnostics;
using Licenzy.Reliability.Tests.Running;
using Licenzy.Server.Tests.Engines;
using Npgsql;

namespace Licenzy.Reliability.Tests.Connections;

/// <summary>The network between a server and PostgreSQL swallows everything and cuts nothing: the server says that it knows nothing, and is back when it can.</summary>
public sealed class SwallowedConnectionsTests
{
    private const int Clients = 8;
    private const int Subjects = 4;
    private static readonly TimeSpan Soon = Patience.Bound(5, 15);

    private static readonly TimeSpan Alive = Patience.Bound(0.25, 4);

    // Remembered decisions count for five seconds after the feed was read.
    private static readonly TimeSpan Forgotten = Patience.Bound(6, 10);

    [Test]
    public async Task Nobody_is_let_in_from_memory_for_long_and_all_is_back_when_the_network_is()
    {
        await using var database = await EngineDatabase.CreateAsync(Engine.Postgres);
        var direct = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var proxy = new TcpProxy(direct.Port);
        await using var server = await ServerProcess.StartAsync(new Keys(), new NpgsqlConnectionStringBuilder(direct.ConnectionString) { Port = proxy.Port }.ConnectionString);
        await Stock.FillAsync(server, Subjects);
        await using var takers = Takers.Start(server, Clients, Subjects);
        await using var readers = Readers.Start(server);
        await takers.TakeAsync(50);

        proxy.Swallow("");
        var begun = Stopwatch.GetTimestamp();
        await Patience.UntilAsync(() => IsRefused(readers, begun), () => $"Still answered: {takers}");
        var last = readers.LastAllowed(Stopwatch.GetTimestamp());
        proxy.Heal();
        var back = await takers.TakeAsync(50);

        TestContext.Out.WriteLine($"last let in from memory after {Stopwatch.GetElapsedTime(begun, last).TotalSeconds:0.0} s, back {back.TotalSeconds:0.0} s after the network: {takers}");
        Assert.That(Stopwatch.GetElapsedTime(begun, last), Is.LessThan(Forgotten));
        Assert.That(back, Is.LessThan(Soon));
        await Stock.AssertExactAsync(server, takers, Subjects);
        readers.AssertNoneBroken();
        Assert.That(readers.Since(begun)[Readers.Alive].Max(reply => reply.Took), Is.LessThan(Alive), "threads that wait for a dead network hold up nobody");
    }

    private static bool IsRefused(Readers readers, long since) => readers.Since(since)[Readers.Check].Any(reply => reply.Status == 503);
}
