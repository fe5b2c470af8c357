using Licenzy.Server.Storage;

namespace Licenzy.Server.Accounts;

/// <summary>A workspace with the account that owns it.</summary>
internal sealed record WorkspaceFound(
    string AccountId, string AccountName, long AccountCreatedAt, string WorkspaceId, string WorkspaceName, long WorkspaceCreatedAt, long? SuspendedAt);

/// <summary>An admin key as the portal lists it.</summary>
internal sealed record AdminKeyRow(string Id, string Name, string Prefix, string Last4, long CreatedAt, long? LastUsedAt, long? RevokedAt);

/// <summary>A workspace as the portal lists it.</summary>
internal sealed record WorkspaceRow(string Id, string Name, long CreatedAt, long? SuspendedAt);

/// <summary>All SQL about accounts and workspaces.</summary>
internal static class WorkspaceStore
{
    public static Task<WorkspaceFound?> FindAsync(Session session, string workspaceId) =>
        session.FindAsync<WorkspaceFound>(
            """
            select a.id as account_id, a.name as account_name, a.created_at as account_created_at,
                w.id as workspace_id, w.name as workspace_name, w.created_at as workspace_created_at, w.suspended_at
            from workspaces w join accounts a on a.id = w.account_id
            where w.id = @workspaceId
            """,
            new { workspaceId });

    /// <summary>The workspace asked for, where it is the account's; else the account's first.</summary>
    public static Task<string?> ChooseAsync(Session session, string accountId, string? asked) =>
        session.FindAsync<string>(
            """
            select id from workspaces
            where account_id = @accountId and deleted_at is null and (cast(@asked as text) is null or id = cast(@asked as text))
            order by created_at, id
            limit 1
            """,
            new { accountId, asked });

    public static Task<IReadOnlyList<WorkspaceRow>> ListAsync(Session session, string accountId, string? before, int limit) =>
        session.ListAsync<WorkspaceRow>(
            """
            select id, name, created_at, suspended_at from workspaces
            where account_id = @accountId and deleted_at is null and (cast(@before as text) is null or id < cast(@before as text))
            order by id desc
            limit @limit
            """,
            new { accountId, before, limit });

    public static Task<WorkspaceRow?> FindOwnAsync(Session session, string accountId, string id) =>
        session.FindAsync<WorkspaceRow>(
            $"select id, name, created_at, suspended_at from workspaces where account_id = @accountId and id = @id and deleted_at is null{session.Dialect.ForUpdate}",
            new { accountId, id });

    /// <summary>Lets one at a time count an account's workspaces, until the end of the transaction. To be taken before any of their rows.</summary>
    public static Task LockAccountAsync(Session session, string accountId) =>
        session.FindAsync<string>($"select id from accounts where id = @accountId{session.Dialect.ForUpdate}", new { accountId });

    public static async Task<bool> IsLastAsync(Session session, string accountId) =>
        await session.FindAsync<long>("select count(*) from workspaces where account_id = @accountId and deleted_at is null", new { accountId })
            .ConfigureAwait(false) <= 1;

    public static Task AddAsync(Session session, string accountId, WorkspaceRow workspace) =>
        session.ExecuteAsync(
            "insert into workspaces (id, account_id, name, created_at) values (@Id, @accountId, @Name, @CreatedAt)",
            new { workspace.Id, accountId, workspace.Name, workspace.CreatedAt });

    public static Task SuspendAsync(Session session, string id, long? at, long now)
    {
        KeysOutdated.Tell(session, id, now);
        return session.ExecuteAsync("update workspaces set suspended_at = @at where id = @id", new { id, at });
    }

    public static Task DeleteAsync(Session session, string id, long at)
    {
        KeysOutdated.Tell(session, id, at);
        return session.ExecuteAsync("update workspaces set deleted_at = @at where id = @id", new { id, at });
    }

    public static async Task<bool> IsEmptyAsync(Session session) =>
        await session.FindAsync<string>("select id from accounts limit 1").ConfigureAwait(false) is null;

    public static async Task AddFirstAsync(Session session, string accountId, string workspaceId, long now)
    {
        await session.ExecuteAsync("insert into accounts (id, name, created_at) values (@accountId, 'Default', @now)", new { accountId, now }).ConfigureAwait(false);
        await session.ExecuteAsync(
            "insert into workspaces (id, account_id, name, created_at) values (@workspaceId, @accountId, 'Default', @now)",
            new { workspaceId, accountId, now }).ConfigureAwait(false);
    }

    /// <summary>
    /// Whether somebody could still come in, an operator or the holder of an admin key. To be asked after one was taken away: it holds the account's row,
    /// so that of two taken away at one moment the second sees the first gone.
    /// </summary>
    public static async Task<bool> HasWayInAsync(Session session, string accountId)
    {
        await LockAccountAsync(session, accountId).ConfigureAwait(false);
        return await session.FindAsync<string>(
            """
            select id from admin_keys where account_id = @accountId and revoked_at is null
            union all
            select id from operators where account_id = @accountId
            limit 1
            """,
            new { accountId }).ConfigureAwait(false) is not null;
    }

    public static Task<IReadOnlyList<AdminKeyRow>> ListAdminKeysAsync(Session session, string accountId, string? before, int limit) =>
        session.ListAsync<AdminKeyRow>(
            """
            select id, name, prefix, last4, created_at, last_used_at, revoked_at from admin_keys
            where account_id = @accountId and (cast(@before as text) is null or id < cast(@before as text))
            order by id desc
            limit @limit
            """,
            new { accountId, before, limit });

    /// <summary>Refuses an admin key from now on; <see langword="false"/> where the account has none of that id.</summary>
    public static async Task<bool> RevokeAdminKeyAsync(Session session, string accountId, string id, long now) =>
        await session.ExecuteAsync(
            "update admin_keys set revoked_at = coalesce(revoked_at, @now) where account_id = @accountId and id = @id", new { accountId, id, now })
            .ConfigureAwait(false) > 0;

    public static Task AddAdminKeyAsync(Session session, string accountId, string id, string name, string secret, long now) =>
        session.ExecuteAsync(
            "insert into admin_keys (id, account_id, name, prefix, last4, hash, created_at) values (@id, @accountId, @name, @prefix, @last4, @hash, @now)",
            new { id, accountId, name, prefix = KeyKind.Admin.Prefix(), last4 = secret[^4..], hash = ApiKeyMapping.HashOf(secret), now });
}
