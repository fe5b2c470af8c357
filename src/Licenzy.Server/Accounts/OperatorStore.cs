using Licenzy.Server.Storage;

namespace Licenzy.Server.Accounts;

/// <summary>A row of <c>operators</c>.</summary>
internal sealed record OperatorRow(string Id, string AccountId, string Email, string PasswordHash, long CreatedAt);

/// <summary>A session with its operator.</summary>
internal sealed record SessionFound(
    string OperatorId, string AccountId, string Email, string CsrfToken, byte[] TokenHash, long CreatedAt, long LastSeenAt);

/// <summary>All SQL about operators and their sessions.</summary>
internal static class OperatorStore
{
    private const string Columns = "id, account_id, email, password_hash, created_at";

    /// <summary>How two spellings of one address are found to be the same.</summary>
    public static string KeyOf(string email) => email.ToLowerInvariant();

    public static Task<OperatorRow?> FindByEmailAsync(Session session, string email) =>
        session.FindAsync<OperatorRow>($"select {Columns} from operators where email_key = @key", new { key = KeyOf(email) });

    public static Task<OperatorRow?> FindAsync(Session session, string accountId, string id) =>
        session.FindAsync<OperatorRow>($"select {Columns} from operators where id = @id and account_id = @accountId", new { id, accountId });

    /// <summary>The same, locked: a sign-in, a new password and a removal of one person come one after the other, and none leaves a session it should not.</summary>
    public static Task<OperatorRow?> LockAsync(Session session, string accountId, string id) =>
        session.FindAsync<OperatorRow>(
            $"select {Columns} from operators where id = @id and account_id = @accountId{session.Dialect.ForUpdate}", new { id, accountId });

    public static Task<IReadOnlyList<OperatorRow>> ListAsync(Session session, string accountId, string? before, int limit) =>
        session.ListAsync<OperatorRow>(
            $"""
            select {Columns} from operators
            where account_id = @accountId and (cast(@before as text) is null or id < cast(@before as text))
            order by id desc
            limit @limit
            """,
            new { accountId, before, limit });

    /// <summary>Adds an operator; <see langword="false"/> where the address has one already, made at the same moment even.</summary>
    public static async Task<bool> AddAsync(Session session, OperatorRow row) =>
        await session.ExecuteAsync(
            """
            insert into operators (id, account_id, email, email_key, password_hash, created_at)
            values (@Id, @AccountId, @Email, @key, @PasswordHash, @CreatedAt)
            on conflict (email_key) do nothing
            """,
            new { row.Id, row.AccountId, row.Email, key = KeyOf(row.Email), row.PasswordHash, row.CreatedAt }).ConfigureAwait(false) == 1;

    public static Task SetPasswordAsync(Session session, string id, string passwordHash) =>
        session.ExecuteAsync("update operators set password_hash = @passwordHash where id = @id", new { id, passwordHash });

    public static async Task RemoveAsync(Session session, string id)
    {
        await EndSessionsAsync(session, id, except: null).ConfigureAwait(false);
        await session.ExecuteAsync("delete from operators where id = @id", new { id }).ConfigureAwait(false);
    }

    public static Task<SessionFound?> FindSessionAsync(Session session, byte[] tokenHash) =>
        session.FindAsync<SessionFound>(
            """
            select o.id as operator_id, o.account_id, o.email, s.csrf_token, s.token_hash, s.created_at, s.last_seen_at
            from portal_sessions s join operators o on o.id = s.operator_id
            where s.token_hash = @tokenHash
            """,
            new { tokenHash });

    public static Task AddSessionAsync(Session session, byte[] tokenHash, string operatorId, string csrfToken, long now) =>
        session.ExecuteAsync(
            """
            insert into portal_sessions (token_hash, operator_id, csrf_token, created_at, last_seen_at)
            values (@tokenHash, @operatorId, @csrfToken, @now, @now)
            """,
            new { tokenHash, operatorId, csrfToken, now });

    public static Task SeenAsync(Session session, byte[] tokenHash, long now) =>
        session.ExecuteAsync("update portal_sessions set last_seen_at = @now where token_hash = @tokenHash", new { tokenHash, now });

    public static Task EndSessionAsync(Session session, byte[] tokenHash) =>
        session.ExecuteAsync("delete from portal_sessions where token_hash = @tokenHash", new { tokenHash });

    /// <summary>Ends an operator's sessions, but for the one that asked.</summary>
    public static Task EndSessionsAsync(Session session, string operatorId, byte[]? except) =>
        except is null
            ? session.ExecuteAsync("delete from portal_sessions where operator_id = @operatorId", new { operatorId })
            : session.ExecuteAsync("delete from portal_sessions where operator_id = @operatorId and token_hash <> @except", new { operatorId, except });

    public static Task<int> RemoveEndedAsync(Session session, long idleSince, long madeBefore) =>
        session.ExecuteAsync("delete from portal_sessions where last_seen_at < @idleSince or created_at < @madeBefore", new { idleSince, madeBefore });
}
