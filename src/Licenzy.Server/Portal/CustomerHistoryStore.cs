using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Portal;

/// <summary>A row of <c>entitlement_revisions</c>.</summary>
internal sealed record RevisionRow(
    long Version, long At, string Reason, string Source, string CauseId, string? Actor, string? Note, string EntitlementId, string State);

/// <summary>A row of <c>usage_ledger</c>.</summary>
internal sealed record LedgerRow(
    long At, string Kind, long Amount, long Units, long BalanceAfter, string EntitlementId, string CauseId, string Actor, string RequestId);

/// <summary>A row of <c>checkout_attempts</c>, as far as it is anybody's business.</summary>
internal sealed record AttemptRow(
    string Id, string ProductCode, long Quantity, string Status, string? EntitlementId, string? StripeCheckoutSessionId, string StripePriceId,
    long ExpiresAt, long CreatedAt, long UpdatedAt);

/// <summary>All SQL about what became of one customer, newest first.</summary>
internal static class CustomerHistoryStore
{
    private const string OfSubject = "workspace_id = @WorkspaceId and mode = @mode and subject_ref = @subjectRef";

    // Up to the version that the decision was made on, so that the page tells one story.
    public static Task<IReadOnlyList<RevisionRow>> ChangesAsync(Session session, Scope scope, string subjectRef, long version, int limit) =>
        session.ListAsync<RevisionRow>(
            $"""
            select version, at, reason, source, cause_id, actor, note, entitlement_id, state from entitlement_revisions
            where {OfSubject} and version <= @version
            order by version desc, entitlement_id desc
            limit @limit
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef, version, limit });

    public static Task<IReadOnlyList<LedgerRow>> UsageAsync(Session session, Scope scope, string subjectRef, long version, int limit) =>
        session.ListAsync<LedgerRow>(
            $"""
            select at, kind, amount, units, balance_after, entitlement_id, cause_id, actor, request_id from usage_ledger
            where {OfSubject} and version <= @version
            order by version desc, entitlement_id desc, case when kind in ('grant', 'release') then 0 else 1 end
            limit @limit
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef, version, limit });

    public static Task<IReadOnlyList<AttemptRow>> AttemptsAsync(Session session, Scope scope, string subjectRef, int limit) =>
        session.ListAsync<AttemptRow>(
            $"""
            select id, product_code, quantity, status, entitlement_id, stripe_checkout_session_id, stripe_price_id, expires_at, created_at, updated_at
            from checkout_attempts
            where {OfSubject}
            order by id desc
            limit @limit
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef, limit });
}
