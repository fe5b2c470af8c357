using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Entitlements;

/// <summary>All SQL about subjects and their rights. Who writes must hold the subject's lock first.</summary>
internal sealed class EntitlementStore(Db db)
{
    private const string Columns =
        """
        workspace_id, mode, subject_ref, id, product_code, kind, status, status_cause, source, quantity, units_granted, units_remaining, units_used,
        starts_at, expires_at, ended_at, stripe_subscription_id, stripe_subscription_item_id, period_start, period_end, cancel_at,
        cancel_at_period_end_since, past_due_since, past_due_period_end, grace_ends_at, stripe_as_of, attempt_id, stripe_checkout_session_id,
        stripe_payment_intent_id, created_at, updated_at
        """;

    private const string Subject = "workspace_id = @WorkspaceId and mode = @mode and subject_ref = @subjectRef";

    /// <summary>The rights of a subject, outside any change.</summary>
    public Task<SubjectRights> OfAsync(Scope scope, string subjectRef, CancellationToken cancellationToken) =>
        db.ReadAsync(session => ReadAsync(session, scope, subjectRef), cancellationToken);

    /// <summary>
    /// The subject's rights with its lock held until the end of the transaction: every change of one subject comes one after the other.
    /// </summary>
    /// <param name="session">The transaction.</param>
    /// <param name="scope">Workspace and mode.</param>
    /// <param name="subjectRef">The subject.</param>
    /// <param name="at">When, for a subject that is new; <see langword="null"/> leaves an unknown subject unknown.</param>
    public static async Task<SubjectRights> LockAsync(Session session, Scope scope, string subjectRef, DateTimeOffset? at)
    {
        var key = Key(scope, subjectRef);
        if (at is { } created)
        {
            await session.ExecuteAsync(
                """
                insert into subjects (workspace_id, mode, subject_ref, version, created_at, updated_at)
                values (@WorkspaceId, @mode, @subjectRef, 0, @created, @created)
                on conflict (workspace_id, mode, subject_ref) do nothing
                """,
                new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef, created = Instant.Millis(created) }).ConfigureAwait(false);
        }

        var version = await session.FindAsync<long?>($"select version from subjects where {Subject}{session.Dialect.ForUpdate}", key).ConfigureAwait(false);
        if (version is null)
        {
            return SubjectRights.None;
        }

        var rows = await session.ListAsync<EntitlementRow>($"select {Columns} from entitlements where {Subject} order by created_at, id", key)
            .ConfigureAwait(false);
        return new SubjectRights(version.Value, [.. rows.Select(row => row.ToDomain())]);
    }

    /// <summary>Who holds a right of this Stripe subscription.</summary>
    public static Task<string?> FindSubjectAsync(Session session, Scope scope, string stripeSubscriptionId) =>
        session.FindAsync<string>(
            """
            select subject_ref from entitlements
            where workspace_id = @WorkspaceId and mode = @mode and stripe_subscription_id = @stripeSubscriptionId
            order by created_at, id
            limit 1
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), stripeSubscriptionId });

    public static Task SaveSubjectAsync(Session session, Scope scope, string subjectRef, long version, DateTimeOffset? nextDueAt, DateTimeOffset at) =>
        session.ExecuteAsync(
            $"update subjects set version = @version, next_due_at = @nextDueAt, updated_at = @at where {Subject}",
            new
            {
                scope.WorkspaceId,
                mode = scope.Mode.ToWord(),
                subjectRef,
                version,
                nextDueAt = Instant.Millis(nextDueAt),
                at = Instant.Millis(at),
            });

    public static Task SaveAsync(Session session, EntitlementRow row) =>
        session.ExecuteAsync(
            $"""
            insert into entitlements ({Columns})
            values (@WorkspaceId, @Mode, @SubjectRef, @Id, @ProductCode, @Kind, @Status, @StatusCause, @Source, @Quantity, @UnitsGranted, @UnitsRemaining, @UnitsUsed,
                @StartsAt, @ExpiresAt, @EndedAt, @StripeSubscriptionId, @StripeSubscriptionItemId, @PeriodStart, @PeriodEnd, @CancelAt,
                @CancelAtPeriodEndSince, @PastDueSince, @PastDuePeriodEnd, @GraceEndsAt, @StripeAsOf, @AttemptId, @StripeCheckoutSessionId,
                @StripePaymentIntentId, @CreatedAt, @UpdatedAt)
            on conflict (workspace_id, mode, subject_ref, id) do update set
                product_code = excluded.product_code, status = excluded.status, status_cause = excluded.status_cause, quantity = excluded.quantity,
                units_granted = excluded.units_granted, units_remaining = excluded.units_remaining, units_used = excluded.units_used, starts_at = excluded.starts_at,
                expires_at = excluded.expires_at, ended_at = excluded.ended_at,
                stripe_subscription_item_id = excluded.stripe_subscription_item_id, period_start = excluded.period_start,
                period_end = excluded.period_end, cancel_at = excluded.cancel_at,
                cancel_at_period_end_since = excluded.cancel_at_period_end_since, past_due_since = excluded.past_due_since,
                past_due_period_end = excluded.past_due_period_end, grace_ends_at = excluded.grace_ends_at, stripe_as_of = excluded.stripe_as_of,
                attempt_id = excluded.attempt_id, stripe_checkout_session_id = excluded.stripe_checkout_session_id, updated_at = excluded.updated_at
            """,
            row);

    // One statement is one view: the version and the rights it stands for cannot come from two moments.
    private static async Task<SubjectRights> ReadAsync(Session session, Scope scope, string subjectRef)
    {
        var rows = await session.ListAsync<long, EntitlementRow?, (long Version, EntitlementRow? Row)>(
            $"""
            select s.version, e.* from
                (select version from subjects where {Subject}) s
                left join (select {Columns} from entitlements where {Subject}) e on 1 = 1
            order by e.created_at, e.id
            """,
            (version, row) => (version, row),
            splitOn: "workspace_id",
            Key(scope, subjectRef)).ConfigureAwait(false);
        return rows is []
            ? SubjectRights.None
            : new SubjectRights(rows[0].Version, [.. rows.Select(pair => pair.Row?.ToDomain()).OfType<Entitlement>()]);
    }

    private static object Key(Scope scope, string subjectRef) => new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef };
}
