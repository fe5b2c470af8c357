using System.Diagnostics;
using Licenzy.Server.Tests.Engines;
using NUnit.Framework.Interfaces;

namespace Licenzy.Reliability.Tests.Killed;

/// <summary>
/// kill -9 at any moment, again and again: what was answered is there, once; what was not is there once when it is asked for again; and so is what Stripe told.
/// LICENZY_KILL_ROUNDS sets how often, LICENZY_KILL_SEED repeats a run's choices.
/// </summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class KilledServerTests(Engine engine)
{
    // On PostgreSQL, every so many rounds another server on the same database goes on.
    private const int NeighbourEvery = 4;

    private readonly Tally _tally = new();
    private readonly List<Round> _past = [];
    private Shop _shop = null!;
    private Replica? _serving;

    [OneTimeSetUp]
    public async Task Open()
    {
        _shop = await Shop.OpenAsync(engine);
        _serving = await _shop.StartAsync();
        await _shop.SetUpAsync(_serving);
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        await (_serving?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_shop?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [TearDown]
    public void Tell()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed)
            TestContext.Out.WriteLine($"{_tally}\n{_serving?.Output}");
    }

    [Test]
    public async Task What_was_acknowledged_outlives_the_process_and_nothing_happens_twice()
    {
        var (seed, rounds) = (Rounds.Seed, Rounds.Count);
        TestContext.Out.WriteLine($"{Rounds.SeedVariable}={seed}");
        var chance = new Random(seed);
        for (var number = 1; number <= rounds; number++)
        {
            var round = await _shop.BeginAsync(number, _serving!);
            if (engine == Engine.Postgres && number % NeighbourEvery == 0)
                await KillBesideAsync(round, chance);
            else
                await KillAloneAsync(round, chance);
            await SettleAsync(round);
        }

        using var end = new Aftermath(_shop, _serving!);
        foreach (var round in _past)
            await Task.WhenAll(round.Granted.Keys.Select(subject => end.CheckAsync(round, subject)));
        TestContext.Out.WriteLine($"{engine}: {_tally}");
        Assert.That(_tally.HasBoth, Is.True, "a run in which nothing was acknowledged, or nothing left open, shows nothing");
    }

    private async Task KillAloneAsync(Round round, Random chance)
    {
        await using var victim = _serving!;
        using var app = victim.With(_shop.TestKey);
        var load = Load.Start(victim, app, round, chance, CancellationToken.None);
        await load.BegunAsync();
        await MomentAsync(chance);
        _serving = null;
        var gone = Stopwatch.StartNew();
        await victim.KillAsync();
        await load.EndedAsync();
        _serving = await _shop.StartAsync();
        _tally.ReadyAfter(gone.Elapsed);
    }

    private async Task KillBesideAsync(Round round, Random chance)
    {
        await using var victim = _serving!;
        _serving = await _shop.StartAsync();
        using var stop = new CancellationTokenSource();
        using var app = victim.With(_shop.TestKey);
        using var besideApp = _serving.With(_shop.TestKey);
        var load = Load.Start(victim, app, round, chance, stop.Token);
        var beside = Load.Start(_serving, besideApp, round, chance, stop.Token);
        await load.BegunAsync();
        await MomentAsync(chance);
        await victim.KillAsync();
        await load.EndedAsync();
        // The other one goes on as if nothing had been.
        await MomentAsync(chance);
        await stop.CancelAsync();
        Assert.That(await beside.EndedAsync(), Is.Zero, "requests without an answer of the server that lives");
    }

    private async Task SettleAsync(Round round)
    {
        _tally.Killed(round);
        using var aftermath = new Aftermath(_shop, _serving!);
        await aftermath.CheckAsync(round);
        _tally.Settled(round);
        _past.Add(round);
    }

    private static async Task MomentAsync(Random chance)
    {
        using var moment = new PeriodicTimer(TimeSpan.FromMilliseconds(chance.Next(50, 400)));
        await moment.WaitForNextTickAsync();
    }
}
