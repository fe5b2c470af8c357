using System.Collections.Concurrent;
using Licenzy.Domain;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Metrics;
using Licenzy.Server.Storage;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>
/// Sends what is due. It goes in turns: each is one transaction that writes how tries ended and claims what is next, then lets the claimed go. So a try is
/// counted before it is sent, its place is free when its end is heard, and many ends share one commit.
/// </summary>
internal sealed class Dispatcher(Db db, DispatchTurn turn, DeliveryTry tries, Meters meters, TimeProvider clock) : IDisposable
{
    // Places in all, and of them for endpoints whose last try failed: however many of those hang, there is room beside them (SECURITY T36). An endpoint
    // has five at most. What is claimed ahead is bounded by itself: were it one bound with the places, those that were quick and then hang could hold it all.
    private const int Most = 512;
    private const int MostFailing = Most / 2;
    private const int MostAhead = 3584;
    private const int MostLanes = 10_000;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _turns = new(1);
    private readonly CancellationTokenSource _cutOff = new();
    private readonly ConcurrentQueue<TryDone> _done = new();
    private readonly Dictionary<Scope, EndpointLane> _lanes = [];

    // Heard, but not written: kept until the database has them.
    private readonly List<TryDone> _unwritten = [];
    private bool _stops = !turn.IsOn;

    /// <summary>Called whenever there may be something for a turn.</summary>
    public Signal Signal { get; } = new();

    /// <summary>Sends everything that is due and waits until it is known how that ended; says how many tries it began.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var begun = 0;
        while (true)
        {
            var (written, claimed) = await TurnAsync(cancellationToken).ConfigureAwait(false);
            begun += claimed;
            if (written + claimed > 0)
                continue;
            if (await IsQuietAsync(cancellationToken).ConfigureAwait(false))
                return begun;
            await Signal.WaitAsync(Moment, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One turn; says how many ends it wrote and how many tries it began.</summary>
    public async Task<(int Written, int Claimed)> TurnAsync(CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Hear();
            var wanted = _stops ? [] : Choose(await ReadyAsync(cancellationToken).ConfigureAwait(false));
            if (_unwritten.Count == 0 && wanted.Count == 0)
                return (0, 0);
            // What was claimed must be known here, whoever loses patience.
            var claims = await db.WriteAsync(session => turn.RunAsync(session, _unwritten, wanted), CancellationToken.None).ConfigureAwait(false);
            var written = _unwritten.Count;
            _unwritten.Clear();
            foreach (var group in claims.GroupBy(claim => claim.Endpoint.Scope))
                _lanes[group.Key].Begin([.. group], _cutOff.Token);
            return (written, claims.Count);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Begins nothing more, waits a little for what is under way, cuts it off, and writes how it all ended.</summary>
    public async Task StopAsync(TimeSpan farewell)
    {
        await _turns.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        _stops = true;
        foreach (var lane in _lanes.Values)
            lane.GiveBack();
        _turns.Release();
        _cutOff.CancelAfter(farewell);
        await RunAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _turns.Dispose();
        _cutOff.Dispose();
    }

    private void Hear()
    {
        while (_done.TryDequeue(out var one))
        {
            _unwritten.Add(one);
            _lanes[one.Claim.Endpoint.Scope].Hear(one);
        }
    }

    private Task<IReadOnlyList<ReadyEndpoint>> ReadyAsync(CancellationToken cancellationToken)
    {
        var now = Instant.Millis(clock.GetUtcNow());
        return db.ReadAsync(session => DispatchStore.ReadyAsync(session, now, turn.Budget), cancellationToken);
    }

    // Whoever has least under way comes first, then who has waited longest.
    private List<Wanted> Choose(IReadOnlyList<ReadyEndpoint> ready)
    {
        var (free, freeFailing) = (Most - _lanes.Values.Sum(lane => lane.Places), MostFailing - _lanes.Values.Where(lane => lane.IsFailing).Sum(lane => lane.Places));
        var freeAhead = MostAhead - _lanes.Values.Sum(lane => lane.Held - lane.Places);
        var wanted = new List<Wanted>();
        foreach (var (endpoint, lane) in ready.Select(one => (one, LaneOf(one))).OrderBy(pair => pair.Item2.Held).ThenBy(pair => pair.one.Due))
        {
            var room = lane.Window - lane.Held;
            var places = Math.Max(0, Math.Min(room, Math.Min(EndpointLane.AtOnce - lane.Places, lane.IsFailing ? Math.Min(free, freeFailing) : free)));
            // With all its five places it may have more ahead; with fewer, only what they take.
            var ahead = lane.Places + places < EndpointLane.AtOnce ? 0 : Math.Max(0, Math.Min(room - places, freeAhead));
            if (places + ahead == 0)
                continue;
            // It may have been idle, and given up for one that was new.
            _lanes.TryAdd(endpoint.Scope, lane);
            wanted.Add(new Wanted(endpoint.Scope, lane.Held, places + ahead));
            free -= places;
            freeFailing -= lane.IsFailing ? places : 0;
            freeAhead -= ahead;
        }

        return wanted;
    }

    private EndpointLane LaneOf(ReadyEndpoint endpoint)
    {
        if (_lanes.TryGetValue(endpoint.Scope, out var known))
            return known;
        if (_lanes.Count >= MostLanes)
        {
            foreach (var idle in _lanes.Where(lane => lane.Value.Held == 0).Select(lane => lane.Key).ToList())
                _lanes.Remove(idle);
        }

        return _lanes[endpoint.Scope] = new EndpointLane(tries, Done) { IsFailing = endpoint.FailingSince is not null };
    }

    // Ends are collected while there is enough to send.
    private void Done(TryDone one, bool isLow)
    {
        if (one.Result is { } result)
            meters.WebhookTried(result);
        _done.Enqueue(one);
        if (isLow)
            Signal.Set();
    }

    private async Task<bool> IsQuietAsync(CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        var isQuiet = _unwritten.Count == 0 && _lanes.Values.All(lane => lane.Held == 0);
        _turns.Release();
        return isQuiet;
    }
}
