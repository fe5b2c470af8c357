using System.Collections.Concurrent;
using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Accounts;

/// <summary>Which table a key's last use is written to.</summary>
internal enum KeyTable
{
    Api,
    Admin,
}

/// <summary>A key as the credentials check sees it.</summary>
internal sealed record ApiKeyFound(
    string WorkspaceId, string Id, string Mode, byte[] Hash, long? RevokedAt, long? ExpiresAt, long? SuspendedAt);

/// <summary>An admin key as the credentials check sees it.</summary>
internal sealed record AdminKeyFound(string AccountId, string Id, string Name, byte[] Hash, long? RevokedAt);

/// <summary>A key as the portal lists it.</summary>
internal sealed record ApiKeyRow
{
    public required string WorkspaceId { get; init; }

    public required string Id { get; init; }

    public required string Mode { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }

    public required string Prefix { get; init; }

    public required string Last4 { get; init; }

    public byte[]? Hash { get; init; }

    public required long CreatedAt { get; init; }

    public long? LastUsedAt { get; init; }

    public long? RevokedAt { get; init; }

    public long? ExpiresAt { get; init; }

    /// <summary>When another key was made in its place; it ends when the overlap does.</summary>
    public long? RotatedAt { get; init; }

    public Scope Scope => new(WorkspaceId, Words.Parse<Mode>(Mode));
}

/// <summary>All SQL about keys.</summary>
internal sealed class KeyStore(Db db, TimeProvider clock)
{
    private const int MostRemembered = 10_000;
    private const long Minute = 60_000;
    private static readonly TimeSpan Behind = TimeSpan.FromMilliseconds(100);

    private const string Columns = "workspace_id, id, mode, kind, name, prefix, last4, created_at, last_used_at, revoked_at, expires_at, rotated_at";

    // When each key's use was last written: once a minute is enough to tell a key in use from a forgotten one.
    private readonly ConcurrentDictionary<string, long> _written = new(StringComparer.Ordinal);

    public Task<ApiKeyFound?> FindApiKeyAsync(byte[] hash, CancellationToken cancellationToken) =>
        db.ReadAsync(
            session => session.FindAsync<ApiKeyFound>(
                """
                select k.workspace_id, k.id, k.mode, k.hash, k.revoked_at, k.expires_at, w.suspended_at
                from api_keys k join workspaces w on w.id = k.workspace_id
                where k.hash = @hash and w.deleted_at is null
                """,
                new { hash }),
            cancellationToken);

    public Task<AdminKeyFound?> FindAdminKeyAsync(byte[] hash, CancellationToken cancellationToken) =>
        db.ReadAsync(
            session => session.FindAsync<AdminKeyFound>(
                "select account_id, id, name, hash, revoked_at from admin_keys where hash = @hash", new { hash }),
            cancellationToken);

    public Task<IReadOnlyList<ApiKeyRow>> ListAsync(string workspaceId, string? before, int limit, CancellationToken cancellationToken) =>
        db.ReadAsync(
            session => session.ListAsync<ApiKeyRow>(
                $"""
                select {Columns}
                from api_keys
                where workspace_id = @workspaceId and (cast(@before as text) is null or id < cast(@before as text))
                order by id desc
                limit @limit
                """,
                new { workspaceId, before, limit }),
            cancellationToken);

    public static Task AddAsync(Session session, ApiKeyRow key) =>
        session.ExecuteAsync(
            """
            insert into api_keys (workspace_id, id, mode, kind, name, prefix, last4, hash, created_at, expires_at)
            values (@WorkspaceId, @Id, @Mode, @Kind, @Name, @Prefix, @Last4, @Hash, @CreatedAt, @ExpiresAt)
            """,
            key);

    /// <summary>The key, locked: it is rotated and revoked by one at a time.</summary>
    public static Task<ApiKeyRow?> LockAsync(Session session, string workspaceId, string id) =>
        session.FindAsync<ApiKeyRow>(
            $"select {Columns} from api_keys where workspace_id = @workspaceId and id = @id{session.Dialect.ForUpdate}", new { workspaceId, id });

    /// <summary>Refuses the key from now on.</summary>
    public static Task RevokeAsync(Session session, string workspaceId, string id, long now)
    {
        KeysOutdated.Tell(session, workspaceId, now);
        return session.ExecuteAsync(
            "update api_keys set revoked_at = @now where workspace_id = @workspaceId and id = @id and revoked_at is null", new { workspaceId, id, now });
    }

    /// <summary>Notes that another key was made in its place: it is refused from an instant on, or earlier where it ends earlier.</summary>
    public static Task RotatedAsync(Session session, string workspaceId, string id, long now, long until)
    {
        KeysOutdated.Tell(session, workspaceId, now);
        return session.ExecuteAsync(
            """
            update api_keys set rotated_at = @now, expires_at = case when expires_at <= @until then expires_at else @until end
            where workspace_id = @workspaceId and id = @id
            """,
            new { workspaceId, id, now, until });
    }

    /// <summary>Notes that a key was used; written behind the request, at most once a minute a key.</summary>
    public void Used(KeyTable table, string owner, string id) => Used(table, owner, id, clock.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>The same for whoever knows what time it is.</summary>
    public void Used(KeyTable table, string owner, string id, long now)
    {
        var last = _written.GetOrAdd(id, 0);
        if (now - last < Minute || !_written.TryUpdate(id, now, last))
        {
            return;
        }

        if (_written.Count > MostRemembered)
        {
            _written.Clear();
        }

        var sql = table == KeyTable.Api
            ? "update api_keys set last_used_at = @now where workspace_id = @owner and id = @id"
            : "update admin_keys set last_used_at = @now where account_id = @owner and id = @id";
        // Nobody waits for it and losing one does no harm: the next use writes it again.
        _ = WriteLaterAsync(session => session.ExecuteAsync(sql, new { now, owner, id }))
            .ContinueWith(done => done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    // Not before the request's own work: a server's first request would open a second connection for it, and wait its turn.
    private async Task WriteLaterAsync(Func<Session, Task<int>> note)
    {
        await Task.Delay(Behind, TimeProvider.System).ConfigureAwait(false);
        await db.WriteAsync(note, CancellationToken.None).ConfigureAwait(false);
    }
}
