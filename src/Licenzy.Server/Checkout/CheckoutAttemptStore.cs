using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Checkout;

/// <summary>A row of <c>checkout_attempts</c>: what was sold, at the terms of that moment.</summary>
internal sealed record CheckoutAttemptRow
{
    public required string WorkspaceId { get; init; }

    public required string Mode { get; init; }

    public required string Id { get; init; }

    public required string SubjectRef { get; init; }

    public required string ProductCode { get; init; }

    public required string Kind { get; init; }

    public required string StripePriceId { get; init; }

    public long? Units { get; init; }

    public long? DurationDays { get; init; }

    public required long PastDueGraceDays { get; init; }

    public required long Quantity { get; init; }

    public required string Status { get; init; }

    public required string StripeForm { get; init; }

    public string? StripeCheckoutSessionId { get; init; }

    public string? EntitlementId { get; init; }

    public required long ExpiresAt { get; init; }

    public required long CreatedAt { get; init; }

    public required long UpdatedAt { get; init; }

    /// <summary>When Stripe was last asked about it.</summary>
    public long? AskedAt { get; init; }

    public CheckoutAttempt ToDomain() => new()
    {
        Id = Id,
        SubjectRef = SubjectRef,
        Terms = new ProductTerms
        {
            ProductCode = ProductCode,
            Kind = Words.Parse<EntitlementKind>(Kind),
            Units = Units,
            DurationDays = DurationDays,
            PastDueGraceDays = PastDueGraceDays,
        },
        Quantity = Quantity,
        Status = Words.Parse<AttemptStatus>(Status),
        SessionId = StripeCheckoutSessionId,
        EntitlementId = EntitlementId,
    };
}

/// <summary>All SQL about attempts to buy.</summary>
internal static class CheckoutAttemptStore
{
    private const string Columns =
        """
        workspace_id, mode, id, subject_ref, product_code, kind, stripe_price_id, units, duration_days, past_due_grace_days, quantity, status,
        stripe_form, stripe_checkout_session_id, entitlement_id, expires_at, created_at, updated_at, asked_at
        """;

    private const string InScope = "workspace_id = @WorkspaceId and mode = @mode";

    public static Task<CheckoutAttemptRow?> FindAsync(Session session, Scope scope, string id) =>
        session.FindAsync<CheckoutAttemptRow>(
            $"select {Columns} from checkout_attempts where {InScope} and id = @id", new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id });

    public static Task<CheckoutAttemptRow?> FindBySessionAsync(Session session, Scope scope, string sessionId) =>
        session.FindAsync<CheckoutAttemptRow>(
            $"select {Columns} from checkout_attempts where {InScope} and stripe_checkout_session_id = @sessionId order by id limit 1",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), sessionId });

    /// <summary>Attempts that are open and have a session, some at a time.</summary>
    public static Task<IReadOnlyList<CheckoutAttemptRow>> OpenAsync(Session session, Scope scope, string after, int most) =>
        session.ListAsync<CheckoutAttemptRow>(
            $"""
            select {Columns} from checkout_attempts
            where {InScope} and status = 'created' and stripe_checkout_session_id is not null and id > @after
            order by id
            limit @most
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), after, most });

    public static Task AddAsync(Session session, CheckoutAttemptRow attempt) =>
        session.ExecuteAsync(
            $"""
            insert into checkout_attempts ({Columns})
            values (@WorkspaceId, @Mode, @Id, @SubjectRef, @ProductCode, @Kind, @StripePriceId, @Units, @DurationDays, @PastDueGraceDays, @Quantity, @Status,
                @StripeForm, @StripeCheckoutSessionId, @EntitlementId, @ExpiresAt, @CreatedAt, @UpdatedAt, @AskedAt)
            """,
            attempt);

    public static Task SaveAsync(Session session, Scope scope, CheckoutAttempt attempt, DateTimeOffset at) =>
        session.ExecuteAsync(
            $"""
            update checkout_attempts
            set status = @status, stripe_checkout_session_id = @SessionId, entitlement_id = @EntitlementId, updated_at = @at
            where {InScope} and id = @Id
            """,
            new
            {
                scope.WorkspaceId,
                mode = scope.Mode.ToWord(),
                attempt.Id,
                status = attempt.Status.ToWord(),
                attempt.SessionId,
                attempt.EntitlementId,
                at = Instant.Millis(at),
            });

    /// <summary>Notes the session Stripe made, unless its event was here first and noted it already.</summary>
    public static Task StartedAsync(Session session, Scope scope, string id, string sessionId, long expiresAt, long at) =>
        session.ExecuteAsync(
            $"""
            update checkout_attempts
            set stripe_checkout_session_id = coalesce(stripe_checkout_session_id, @sessionId), expires_at = @expiresAt, updated_at = @at
            where {InScope} and id = @id
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id, sessionId, expiresAt, at });

    /// <summary>Takes the right to ask Stripe: of all who try at once, on any server, one gets it.</summary>
    public static async Task<bool> TryAskAsync(Session session, Scope scope, string id, long latestAsked, long now) =>
        await session.ExecuteAsync(
            $"""
            update checkout_attempts set asked_at = @now
            where {InScope} and id = @id and status = 'created' and (asked_at is null or asked_at <= @latestAsked)
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id, latestAsked, now }).ConfigureAwait(false) == 1;

    /// <summary>Notes that Stripe refused the session.</summary>
    public static Task FailedAsync(Session session, Scope scope, string id, long at) =>
        session.ExecuteAsync(
            $"update checkout_attempts set status = 'failed', updated_at = @at where {InScope} and id = @id and status = 'created'",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id, at });

    /// <summary>Saves an attempt's changed form.</summary>
    public static Task ReformAsync(Session session, CheckoutAttemptRow attempt) =>
        session.ExecuteAsync(
            "update checkout_attempts set stripe_form = @StripeForm where workspace_id = @WorkspaceId and mode = @Mode and id = @Id", attempt);
}
