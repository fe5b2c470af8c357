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

    /// <summary>Now, for whoever writes. Until the transaction ends nobody turns the clock back.</summary>
    public async Task<DateTimeOffset> NowAsync(Session session, Scope scope) =>
        clock.GetUtcNow().AddMilliseconds(scope.Mode == Mode.Live ? 0 : await OffsetAsync(session, scope).ConfigureAwait(false));

    private static Task<long> OffsetAsync(Session session, Scope scope) =>
        session.FindAsync<long>($"select offset_ms from test_clocks where workspace_id = @WorkspaceId{session.Dialect.ForShare}", new { scope.WorkspaceId });
}
