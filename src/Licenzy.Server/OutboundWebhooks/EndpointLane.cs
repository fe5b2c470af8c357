namespace Licenzy.Server.OutboundWebhooks;

/// <summary>
/// The tries of one endpoint: five at a time at most, and as many only as it has earned. It begins with one, and every quick success doubles what may be
/// claimed ahead; a failure sets it back to one and gives back what was not begun. So a hundred receivers that hang hold a hundred places, not five hundred.
/// </summary>
internal sealed class EndpointLane(DeliveryTry tries, Action<TryDone, bool> done)
{
    /// <summary>Tries that run side by side (CONTRACT §1).</summary>
    public const int AtOnce = 5;

    // Of a receiver that answers within a second, and of one that does so at once: what is claimed must be sent long before its lease ends.
    private const int MostAhead = 8 * AtOnce;
    private const int MostAheadOfSwift = 200 * AtOnce;

    private readonly Lock _gate = new();
    private readonly Queue<Claim> _waiting = new();
    private int _running;

    /// <summary>Claims whose end is not known yet. This and the next two belong to the dispatcher's turn, and turns come one after the other.</summary>
    public int Held { get; private set; }

    /// <summary>How many of those can be under way at once.</summary>
    public int Places => Math.Min(Held, AtOnce);

    /// <summary>What may be claimed for it.</summary>
    public int Window { get; private set; } = 1;

    /// <summary>Whether its last try failed.</summary>
    public bool IsFailing { get; set; }

    public void Begin(IReadOnlyList<Claim> claims, CancellationToken cancellationToken)
    {
        Held += claims.Count;
        lock (_gate)
        {
            foreach (var claim in claims)
                _waiting.Enqueue(claim);
            for (var free = Math.Min(AtOnce - _running, claims.Count); free > 0; free--)
            {
                _running++;
                // The try's first steps, signing among them, are not the turn's to wait for.
                _ = Task.Run(() => WorkAsync(cancellationToken), CancellationToken.None);
            }
        }
    }

    /// <summary>Learns from what came of a claim.</summary>
    public void Hear(TryDone one)
    {
        Held--;
        if (one.Reply is null)
            return;
        IsFailing = !one.IsSent;
        Window = one.IsSwift ? Math.Min(2 * Window, MostAheadOfSwift) : one.IsQuick ? Math.Min(2 * Window, MostAhead) : one.IsSent ? Math.Min(Window + 1, AtOnce) : 1;
    }

    /// <summary>Lets nothing begin that has not begun.</summary>
    public void GiveBack()
    {
        while (Next() is { } claim)
            done(TryDone.Unsent(claim), true);
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (NextOrStop() is { } claim)
        {
            if (!tries.HasTime(claim))
            {
                // Somebody else may have it before the try has ended.
                done(TryDone.Unsent(claim), true);
                continue;
            }

            var one = await tries.RunAsync(claim, cancellationToken).ConfigureAwait(false);
            // Leases are short, and behind a slow receiver or a broken one they would run out.
            if (!one.IsQuick)
                GiveBack();
            done(one, IsLow());
        }
    }

    // Half of it is enough for as long as a turn takes, and the fewer turns, the more each of them writes at once.
    private bool IsLow()
    {
        lock (_gate)
            return _waiting.Count <= Window / 2;
    }

    private Claim? Next()
    {
        lock (_gate)
            return _waiting.TryDequeue(out var claim) ? claim : null;
    }

    private Claim? NextOrStop()
    {
        lock (_gate)
        {
            if (_waiting.TryDequeue(out var claim))
                return claim;
            _running--;
            return null;
        }
    }
}
