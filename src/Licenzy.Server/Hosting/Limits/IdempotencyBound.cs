using System.Collections.Concurrent;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Hosting.Limits;

/// <summary>
/// How many Idempotency-Keys a workspace may have kept (CONTRACT §0, SECURITY T44). At the bound new keys are refused; none is forgotten before its
/// time, for its repeat would take effect twice.
/// </summary>
internal sealed class IdempotencyBound(Db db, IOptions<LicenzyServerOptions> options, TimeProvider clock, ILogger<IdempotencyBound> logger)
{
    private const int MostWorkspaces = 10_000;
    private const int ComeBackInSeconds = 60;

    /// <summary>The answer where no place is left.</summary>
    public static readonly Refusal Full = Refusal.Unavailable(
        "The workspace has as many Idempotency-Keys as are kept for one. They go after 25 hours; new ones are taken again when the oldest have gone.", ComeBackInSeconds);

    private readonly ConcurrentDictionary<string, KeptKeys> _workspaces = new(StringComparer.Ordinal);

    /// <summary>Asks for a key's place; dispose of it when the request has ended.</summary>
    public async Task<KeyPlace> EnterAsync(string workspaceId)
    {
        if (!_workspaces.TryGetValue(workspaceId, out var keys))
        {
            ForgetIdle();
            keys = _workspaces.GetOrAdd(workspaceId, _ => new KeptKeys(options.Value.IdempotencyKeysPerWorkspace));
        }

        await keys.CountAsync(clock.GetUtcNow(), () => CountAsync(workspaceId)).ConfigureAwait(false);
        return keys.Enter();
    }

    /// <summary>Keys were removed from the database.</summary>
    public void CountAgain()
    {
        foreach (var keys in _workspaces.Values)
        {
            keys.GrowOld();
        }
    }

    // A count that fails keeps nobody from working: where the database is away, the work itself says so.
    private async Task<long?> CountAsync(string workspaceId)
    {
        try
        {
            return await db.ReadAsync(
                session => IdempotencyStore.CountAsync(session, workspaceId, options.Value.IdempotencyKeysPerWorkspace), CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageUnavailableException unavailable)
        {
            Log.KeysNotCounted(logger, unavailable);
            return null;
        }
    }

    // Whoever comes back is counted from the database again.
    private void ForgetIdle()
    {
        foreach (var (workspaceId, _) in _workspaces.Count < MostWorkspaces ? [] : _workspaces.Where(workspace => workspace.Value.IsIdle).ToArray())
        {
            _workspaces.TryRemove(workspaceId, out _);
        }
    }
}
