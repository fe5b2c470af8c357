using Licenzy.Reliability.Tests.Running;
using Licenzy.Server.Tests.Engines;
using Npgsql;

namespace Licenzy.Reliability.Tests.Connections;

/// <summary>Somebody cuts all of the server's connections, again and again: each cut costs what is under way at that moment, and nothing else.</summary>
public sealed class CutConnectionsTests
{
    private const int Clients = 8;
    private const int Subjects = 4;
    private const int Cuts = 6;
    private static readonly TimeSpan Soon = Patience.Bound(5, 15);

    [Test]
    public async Task Every_cut_is_survived_and_nothing_acknowledged_is_lost()
    {
        await using var database = await EngineDatabase.CreateAsync(Engine.Postgres);
        await using var server = await ServerProcess.StartAsync(new Keys(), database.ConnectionString);
        await Stock.FillAsync(server, Subjects);
        await using var takers = Takers.Start(server, Clients, Subjects);
        await using var readers = Readers.Start(server);

        var longest = TimeSpan.Zero;
        for (var cut = 0; cut < Cuts; cut++)
        {
            await takers.TakeAsync(10);
            await CutAsync(database.ConnectionString);
            var back = await takers.TakeAsync(20);
            longest = back > longest ? back : longest;
        }

        await Stock.AssertExactAsync(server, takers, Subjects);
        readers.AssertNoneBroken();
        TestContext.Out.WriteLine($"{Cuts} cuts, back after {longest.TotalSeconds:0.0} s at most: {takers}");
        Assert.That(takers.ToldToComeBack, Is.Not.Empty, "no cut was noticed");
        Assert.That(longest, Is.LessThan(Soon));
    }

    private static Task CutAsync(string connectionString)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        return Outside.SayAsync(connectionString, $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}' and pid <> pg_backend_pid()");
    }
}
