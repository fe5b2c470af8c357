using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Stripe;

/// <summary>A row of <c>stripe_connections</c>: the secrets are sealed.</summary>
internal sealed record StripeConnectionRow
{
    public required string WorkspaceId { get; init; }

    public required string Mode { get; init; }

    public required string Id { get; init; }

    public required string Status { get; init; }

    public string? AccountId { get; init; }

    public required string KeyHint { get; init; }

    public required byte[] SecretKey { get; init; }

    public byte[]? WebhookSecret { get; init; }

    /// <summary>The signing secret of before, sealed.</summary>
    public byte[]? PreviousWebhookSecret { get; init; }

    /// <summary>Until when it is accepted; from that instant on it is not.</summary>
    public long? PreviousWebhookSecretUntil { get; init; }

    public long? VerifiedAt { get; init; }

    public required long CreatedAt { get; init; }

    public required long UpdatedAt { get; init; }

    public bool HasPrevious(DateTimeOffset now) => PreviousWebhookSecret is not null && PreviousWebhookSecretUntil > Instant.Millis(now);

    public Scope Scope => new(WorkspaceId, Words.Parse<Mode>(Mode));
}

/// <summary>All SQL about Stripe connections.</summary>
internal static class StripeConnectionStore
{
    /// <summary>The bound on connections tried for an event that names none.</summary>
    public const int MostTried = 200;

    /// <summary>The stored words of a connection's status.</summary>
    public const string Connected = "connected", Invalid = "invalid";

    private const string Columns =
        "workspace_id, mode, id, status, account_id, key_hint, secret_key, webhook_secret, previous_webhook_secret, previous_webhook_secret_until, verified_at, created_at, updated_at";

    public static Task<IReadOnlyList<StripeConnectionRow>> ListAsync(Session session, string workspaceId) =>
        session.ListAsync<StripeConnectionRow>($"select {Columns} from stripe_connections where workspace_id = @workspaceId", new { workspaceId });

    public static Task<StripeConnectionRow?> FindAsync(Session session, Scope scope) =>
        session.FindAsync<StripeConnectionRow>(
            $"select {Columns} from stripe_connections where workspace_id = @WorkspaceId and mode = @mode",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord() });

    /// <summary>The same, locked: its secrets are rolled one after the other.</summary>
    public static Task<StripeConnectionRow?> LockAsync(Session session, Scope scope) =>
        session.FindAsync<StripeConnectionRow>(
            $"select {Columns} from stripe_connections where workspace_id = @WorkspaceId and mode = @mode{session.Dialect.ForUpdate}",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord() });

    /// <summary>The connections an event may have come over: the one it names, or all that can verify one.</summary>
    public static Task<IReadOnlyList<StripeConnectionRow>> ForEventAsync(Session session, string? id) =>
        session.ListAsync<StripeConnectionRow>(
            $"""
            select {Columns} from stripe_connections
            where webhook_secret is not null and (cast(@id as text) is null or id = cast(@id as text))
            order by id
            limit {MostTried}
            """,
            new { id });

    /// <summary>Says whether Stripe takes the connection's key, unless it has another one by now.</summary>
    public static Task SetStatusAsync(Session session, StripeConnectionRow connection, string status) =>
        session.ExecuteAsync(
            "update stripe_connections set status = @status where workspace_id = @WorkspaceId and mode = @Mode and secret_key = @SecretKey",
            new { connection.WorkspaceId, connection.Mode, connection.SecretKey, status });

    /// <summary>Saves and gives back what stands there now: another request may have made the connection, or set its secret, at the same moment.</summary>
    public static async Task<StripeConnectionRow> SaveAsync(Session session, StripeConnectionRow connection) =>
        (await session.FindAsync<StripeConnectionRow>(
            $"""
            insert into stripe_connections ({Columns})
            values (@WorkspaceId, @Mode, @Id, @Status, @AccountId, @KeyHint, @SecretKey, @WebhookSecret, @PreviousWebhookSecret, @PreviousWebhookSecretUntil, @VerifiedAt, @CreatedAt, @UpdatedAt)
            on conflict (workspace_id, mode) do update set
                status = excluded.status, account_id = excluded.account_id, key_hint = excluded.key_hint, secret_key = excluded.secret_key,
                webhook_secret = coalesce(excluded.webhook_secret, stripe_connections.webhook_secret),
                previous_webhook_secret = excluded.previous_webhook_secret, previous_webhook_secret_until = excluded.previous_webhook_secret_until,
                verified_at = excluded.verified_at, updated_at = excluded.updated_at
            returning {Columns}
            """,
            connection).ConfigureAwait(false))!;
}
