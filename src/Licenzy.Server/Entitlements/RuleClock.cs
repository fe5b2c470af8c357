using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Entitlements;

/// <summary>
/// The instant at which the rules decide: the clock's, and in test mode so much later as the workspace moved it. It is read with every transaction,
/// since another server may just have moved it. What is not about rights keeps real time: signatures, leases, retries, sessions, keys.
/// </summary>
internal sealed class RuleClock(TimeProvider clock)
{
    /// <summary>
    /// Joins the offset as <c>clock_offset</c> to a statement that names the workspace and the mode: one view, whoever moves the clock meanwhile.
    /// </summary>
    public const string OffsetOfScope = "coalesce((select offset_ms from test_clocks where workspace_id = @WorkspaceId and @mode = 'test'), 0) as clock_offset";

    /// <summary>Real time.</summary>
    public DateTimeOffset Real => clock.GetUtcNow();

    /// <summary>Now, for whoever writes. Until the transaction ends nobody turns the clock back.</summary>
    public async Task<DateTimeOffset> NowAsync(Session session, Scope scope) =>
        clock.GetUtcNow().AddMilliseconds(await OffsetAsync(session, scope, waits: true).ConfigureAwait(false) ?? 0);

    /// <summary>How far the rules' clock is ahead; <see langword="null"/> while somebody moves it and that is not waited for.</summary>
    public static async Task<long?> OffsetAsync(Session session, Scope scope, bool waits)
    {
        if (scope.Mode == Mode.Live)
            return 0;
        const string offset = "select offset_ms from test_clocks where workspace_id = @WorkspaceId";
        if (waits || session.Dialect == Dialect.Sqlite)
            return await session.FindAsync<long>(offset + session.Dialect.ForShare, new { scope.WorkspaceId }).ConfigureAwait(false);
        var (free, all) = await session.ListsAsync<long, long>($"{offset}{session.Dialect.ForShare} skip locked", offset, new { scope.WorkspaceId }).ConfigureAwait(false);
        return free.Count < all.Count ? null : free.SingleOrDefault();
    }
}
