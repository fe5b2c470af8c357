using Licenzy.Server.Storage;

namespace Licenzy.Server.Portal;

/// <summary>A workspace with the account that owns it.</summary>
internal sealed record WorkspaceFound(
    string AccountId, string AccountName, long AccountCreatedAt, string WorkspaceId, string WorkspaceName, long WorkspaceCreatedAt, long? SuspendedAt);

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

    public static async Task<bool> IsEmptyAsync(Session session) =>
        await session.FindAsync<string>("select id from accounts limit 1").ConfigureAwait(false) is null;

    public static async Task AddFirstAsync(Session session, string accountId, string workspaceId, long now)
    {
        await session.ExecuteAsync("insert into accounts (id, name, created_at) values (@accountId, 'Default', @now)", new { accountId, now }).ConfigureAwait(false);
        await session.ExecuteAsync(
            "insert into workspaces (id, account_id, name, created_at) values (@workspaceId, @accountId, 'Default', @now)",
            new { workspaceId, accountId, now }).ConfigureAwait(false);
    }

    public static Task AddAdminKeyAsync(Session session, string accountId, string id, string name, string secret, long now) =>
        session.ExecuteAsync(
            "insert into admin_keys (id, account_id, name, prefix, last4, hash, created_at) values (@id, @accountId, @name, @prefix, @last4, @hash, @now)",
            new { id, accountId, name, prefix = KeyKind.Admin.Prefix(), last4 = secret[^4..], hash = ApiKeyMapping.HashOf(secret), now });
}
