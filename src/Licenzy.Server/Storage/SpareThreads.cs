namespace Licenzy.Server.Storage;

/// <summary>
/// The driver holds a thread for every command that timed out, while it asks PostgreSQL over a connection of its own to cancel it. Where the network is dead
/// these are as many as there are connections, and a health check would wait for seconds behind them. So the pool may have as many threads more for as long
/// as PostgreSQL is silent; more of them all the time would only be in each other's way.
/// </summary>
internal sealed class SpareThreads : IDisposable
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    // Before the first command times out.
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly PostgresSilence _silence;
    private readonly int _most;
    private readonly ITimer _timer;
    private bool _areThere;
    private bool _isOver;

    /// <param name="silence">When they are needed.</param>
    /// <param name="most">How many.</param>
    public SpareThreads(PostgresSilence silence, int most)
    {
        (_silence, _most) = (silence, most);
        _timer = TimeProvider.System.CreateTimer(_ => Look(), null, Round, Round);
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
            _isOver = true;
        Look();
    }

    private void Look()
    {
        lock (_gate)
        {
            var areNeeded = !_isOver && _silence.Lasts > Silent;
            if (areNeeded == _areThere)
                return;
            _areThere = areNeeded;
            // Added and taken away, since somebody else may have set another number meanwhile.
            ThreadPool.GetMinThreads(out var workers, out var ports);
            ThreadPool.SetMinThreads(workers + (areNeeded ? _most : -_most), ports);
        }
    }
}
