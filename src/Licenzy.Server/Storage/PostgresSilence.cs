namespace Licenzy.Server.Storage;

/// <summary>
/// For how long PostgreSQL has said nothing to those who wait for it. A dead network tells nobody: each would wait through the bounds of the command, of its
/// cancellation and of the next connection. After five seconds newcomers hear at once that they must come back, but for one a second, who finds out.
/// </summary>
/// <param name="clock">Real time, whatever the rules are told.</param>
internal sealed class PostgresSilence(TimeProvider clock)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private int _waiting;
    private bool _isBroken;
    private long _since;
    private long _triedAt;

    /// <summary>How many wait for it.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting;
        }
    }

    /// <summary>How long the one who waits longest has heard nothing; nothing, where nobody waits and all is well.</summary>
    public TimeSpan Lasts
    {
        get
        {
            lock (_gate)
                return _waiting > 0 || _isBroken ? clock.GetElapsedTime(_since) : TimeSpan.Zero;
        }
    }

    /// <summary>Said before PostgreSQL is asked; fails where that would be in vain.</summary>
    public void Enter()
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            if (_waiting == 0 && !_isBroken)
                _since = now;
            else if (clock.GetElapsedTime(_since, now) > Long)
            {
                if (clock.GetElapsedTime(_triedAt, now) < Round)
                    throw new StorageUnavailableException("PostgreSQL has said nothing for a while.");
                _triedAt = now;
            }

            _waiting++;
        }
    }

    /// <summary>Said when it is over.</summary>
    /// <param name="isAnswered">Whether PostgreSQL said something, be it a refusal; <see langword="null"/> where nobody waited for that.</param>
    public void Leave(bool? isAnswered)
    {
        lock (_gate)
        {
            _waiting--;
            _isBroken = !(isAnswered ?? !_isBroken);
            if (isAnswered == true)
                _since = clock.GetTimestamp();
        }
    }
}
