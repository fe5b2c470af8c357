using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>The endpoints, one of each workspace and mode.</summary>
internal static class EndpointStore
{
    private const string Columns = """
        workspace_id, mode, id, url, event_types, description, secret, secret_hint, previous_secret, previous_secret_until, disabled_at, disabled_reason,
        failing_since, created_at, updated_at
        """;

    private const string Key = "workspace_id = @WorkspaceId and mode = @mode";

    public static Task<EndpointRow?> FindAsync(Session session, Scope scope) =>
        session.FindAsync<EndpointRow>($"select {Columns} from webhook_endpoints where {Key}", Of(scope));

    /// <summary>The same, kept from other writers until the end of the transaction.</summary>
    public static Task<EndpointRow?> LockAsync(Session session, Scope scope) =>
        session.FindAsync<EndpointRow>($"select {Columns} from webhook_endpoints where {Key}{session.Dialect.ForUpdate}", Of(scope));

    /// <summary>The same, unless another writer has it at this moment.</summary>
    public static Task<EndpointRow?> TryLockAsync(Session session, Scope scope) =>
        session.FindAsync<EndpointRow>($"select {Columns} from webhook_endpoints where {Key}{session.Dialect.SkipLocked}", Of(scope));

    public static Task SaveAsync(Session session, EndpointRow row) =>
        session.ExecuteAsync(
            $"""
            insert into webhook_endpoints ({Columns})
            values (@WorkspaceId, @Mode, @Id, @Url, @EventTypes, @Description, @Secret, @SecretHint, @PreviousSecret, @PreviousSecretUntil, @DisabledAt,
                @DisabledReason, @FailingSince, @CreatedAt, @UpdatedAt)
            on conflict (workspace_id, mode) do update set
                url = excluded.url, event_types = excluded.event_types, description = excluded.description, secret = excluded.secret,
                secret_hint = excluded.secret_hint, previous_secret = excluded.previous_secret, previous_secret_until = excluded.previous_secret_until,
                disabled_at = excluded.disabled_at, disabled_reason = excluded.disabled_reason, failing_since = excluded.failing_since,
                updated_at = excluded.updated_at
            """,
            row);

    /// <summary>Adds the first one; <see langword="false"/> where another request has just done so.</summary>
    public static async Task<bool> TryAddAsync(Session session, EndpointRow row) =>
        await session.ExecuteAsync(
            $"""
            insert into webhook_endpoints ({Columns})
            values (@WorkspaceId, @Mode, @Id, @Url, @EventTypes, @Description, @Secret, @SecretHint, @PreviousSecret, @PreviousSecretUntil, @DisabledAt,
                @DisabledReason, @FailingSince, @CreatedAt, @UpdatedAt)
            on conflict (workspace_id, mode) do nothing
            """,
            row).ConfigureAwait(false) == 1;

    public static Task DeleteAsync(Session session, Scope scope) => session.ExecuteAsync($"delete from webhook_endpoints where {Key}", Of(scope));

    private static object Of(Scope scope) => new { scope.WorkspaceId, mode = scope.Mode.ToWord() };
}
