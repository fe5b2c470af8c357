namespace Licenzy.Server.Accounts;

/// <summary>Five wrong passwords a minute, by account and, where it tells anything, by address; then 429 (SECURITY T23).</summary>
internal sealed class SignInThrottle(TimeProvider clock)
{
    private const int MostFailures = 5;
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DateTimeOffset Since, int Failures)> _failures = new(StringComparer.Ordinal);

    /// <summary>
    /// Counts a try as failed before it is looked at, so that many at once are not all let through; says how long to wait where there were too many.
    /// </summary>
    public TimeSpan? Begin(IReadOnlyList<string> keys)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_failures.Count > MostRemembered)
            {
                ForgetOld(now);
            }

            if (keys.Max(key => WaitFor(key, now)) is { Ticks: > 0 } wait)
            {
                return wait;
            }

            foreach (var key in keys)
            {
                var known = _failures.TryGetValue(key, out var entry) && entry.Since + Window > now ? entry : (Since: now, Failures: 0);
                // Full of fresh failures: an attack. Whom it does not name yet is not counted, rather than growing without bound.
                if (known.Failures > 0 || _failures.Count <= MostRemembered)
                {
                    _failures[key] = (known.Since, known.Failures + 1);
                }
            }

            return null;
        }
    }

    /// <summary>The try was no failure after all.</summary>
    public void Succeeded(IReadOnlyList<string> keys)
    {
        lock (_gate)
        {
            foreach (var key in keys)
            {
                if (_failures.TryGetValue(key, out var known))
                {
                    _failures[key] = (known.Since, Math.Max(0, known.Failures - 1));
                }
            }
        }
    }

    private TimeSpan WaitFor(string key, DateTimeOffset now) =>
        _failures.TryGetValue(key, out var known) && known.Failures >= MostFailures ? known.Since + Window - now : TimeSpan.Zero;

    private void ForgetOld(DateTimeOffset now)
    {
        foreach (var (old, _) in _failures.Where(entry => entry.Value.Since + Window <= now).ToList())
        {
            _failures.Remove(old);
        }
    }
}
