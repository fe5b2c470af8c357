namespace Licenzy.Server.Hosting.Limits;

/// <summary>
/// How many Idempotency-Keys one workspace has kept: what the database said when it was counted, and what was kept here since. Exact for one server;
/// of others' keys it learns when it counts again.
/// </summary>
internal sealed class KeptKeys(long most)
{
    private static readonly TimeSpan Trusted = TimeSpan.FromMinutes(1);

    // So many kept here are a sign that others have kept as many.
    private readonly long _many = Math.Max(1000, most / 20);
    private readonly Lock _gate = new();
    private DateTimeOffset? _countedAt;
    private Task? _counting;
    private bool _isOld;
    private long _kept;
    private long _keptSince;
    private long _underWay;

    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _underWay == 0 && _counting is null or { IsCompleted: true };
            }
        }
    }

    /// <summary>Counts if it is time to; the caller waits for the first count, and goes on with the old figure while another is under way.</summary>
    public Task CountAsync(DateTimeOffset now, Func<Task<long?>> count)
    {
        lock (_gate)
        {
            if (_counting is null or { IsCompleted: true } && IsDue(now))
            {
                _counting = RunAsync(now, count);
            }
            else if (_countedAt is not null)
            {
                return Task.CompletedTask;
            }

            return _counting!;
        }
    }

    /// <summary>Keys were removed: the next to come counts again.</summary>
    public void GrowOld()
    {
        lock (_gate)
        {
            _isOld = true;
        }
    }

    /// <summary>A place for one key, if there is one.</summary>
    public KeyPlace Enter()
    {
        lock (_gate)
        {
            if (_kept + _underWay >= most)
            {
                return new KeyPlace(null);
            }

            _underWay++;
            return new KeyPlace(this);
        }
    }

    public void Leave(bool isKept)
    {
        lock (_gate)
        {
            _underWay--;
            _kept += isKept ? 1 : 0;
            _keptSince += isKept ? 1 : 0;
        }
    }

    private bool IsDue(DateTimeOffset now) =>
        _countedAt is not { } at || _isOld || (now - at >= Trusted && (_kept + _underWay >= most || _keptSince >= _many));

    private async Task RunAsync(DateTimeOffset now, Func<Task<long?>> count)
    {
        (_isOld, _keptSince) = (false, 0);
        // Not under the lock.
        await Task.Yield();
        var counted = await count().ConfigureAwait(false);
        lock (_gate)
        {
            // What was kept meanwhile may have been counted or not: rather twice than not at all. Without an answer, what is known has to do.
            _kept = counted + _keptSince ?? _kept;
            _countedAt = now;
        }
    }
}

/// <summary>A key's place while its request is under way; given back unless the key is kept.</summary>
internal sealed class KeyPlace(KeptKeys? keys) : IDisposable
{
    /// <summary>Whether there was a place: without one, only keys that are known already are answered.</summary>
    public bool IsGranted => keys is not null;

    /// <summary>Whether the key stays in the database when the request has ended.</summary>
    public bool IsKept { get; set; }

    public void Dispose() => keys?.Leave(IsKept);
}
