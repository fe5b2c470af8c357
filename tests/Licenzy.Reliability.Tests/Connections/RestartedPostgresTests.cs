using Licenzy.Reliability.Tests.Running;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Reliability.Tests.Connections;

/// <summary>PostgreSQL goes down under load and comes back: so does the server, by itself, and nothing that it said is lost.</summary>
public sealed class RestartedPostgresTests
{
    private const int Clients = 8;
    private const int Subjects = 4;
    private static readonly TimeSpan Soon = Patience.Bound(5, 15);

    private PostgresProcess _postgres = null!;

    [SetUp]
    public async Task StartPostgres() => _postgres = await OwnCluster.StartAsync();

    [TearDown]
    public async Task StopPostgres() => await (_postgres?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Test]
    public async Task The_server_is_back_by_itself_after_a_stop_and_after_a_crash()
    {
        await using var server = await ServerProcess.StartAsync(new Keys(), _postgres.ConnectionString);
        await Stock.FillAsync(server, Subjects);
        await using var takers = Takers.Start(server, Clients, Subjects);
        await using var readers = Readers.Start(server);
        await takers.TakeAsync(50);

        await _postgres.StopAsync();
        await Patience.UntilAsync(() => takers.ToldToComeBack.Count >= Clients, () => $"PostgreSQL is still there: {takers}");
        await Patience.ForAsync(Patience.Fault / 2);
        await _postgres.StartAgainAsync();
        await AssertBackAsync(takers, "stop");

        await _postgres.CrashAsync();
        await _postgres.StartAgainAsync();
        await AssertBackAsync(takers, "crash");

        await Stock.AssertExactAsync(server, takers, Subjects);
        readers.AssertNoneBroken();
    }

    private static async Task AssertBackAsync(Takers takers, string fault)
    {
        var told = takers.ToldToComeBack.Count;
        var back = await takers.TakeAsync(50);
        TestContext.Out.WriteLine($"back {back.TotalSeconds:0.0} s after PostgreSQL was started again after its {fault}, {takers.ToldToComeBack.Count - told} told to come back meanwhile: {takers}");
        Assert.That(back, Is.LessThan(Soon));
    }
}
