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
        units_held, starts_at, expires_at, ended_at, payment_block, blocked_at, stripe_subscription_id, stripe_subscription_item_id, period_start, period_end, cancel_at,
        cancel_at_period_end_since, state_history, grace_ends_at, stripe_as_of, stripe_created_as_of, attempt_id, stripe_checkout_session_id,
        stripe_payment_intent_id, created_at, updated_at
        """;

    private const string Head = $"coalesce((select version from subjects where {Subject}), 0) as version, {RuleClock.OffsetOfScope}";

    private const string Subject = "workspace_id = @WorkspaceId and mode = @mode and subject_ref = @subjectRef";

    /// <summary>The rights of a subject, outside any change.</summary>
    public Task<SubjectRights> OfAsync(Scope scope, string subjectRef, CancellationToken cancellationToken) =>
        db.ReadAsync(session => ReadAsync(session, scope, subjectRef), cancellationToken);

    /// <summary>The next rows of a subject, newest first, with its version; 0 and none for an unknown one.</summary>
    /// <param name="scope">Workspace and mode.</param>
    /// <param name="subjectRef">The subject.</param>
    /// <param name="before">The last id of the rows before; <see langword="null"/> for the first.</param>
    /// <param name="status">Leaves out rows that cannot have this status. What is stored as active may have expired or lost its payment: the rule must be asked.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    public Task<(SubjectHead Head, IReadOnlyList<EntitlementRow> Rows)> BeforeAsync(
        Scope scope, string subjectRef, string? before, EntitlementStatus? status, int limit, CancellationToken cancellationToken) =>
        db.ReadAsync(
            async session => WithHead(await session.ListAsync<SubjectHead, EntitlementRow?, (SubjectHead, EntitlementRow?)>(
                $"""
                select s.*, e.* from
                    (select {Head}) s
                    left join (
                        select {Columns} from entitlements
                        where {Subject} and (cast(@before as text) is null or id < cast(@before as text))
                            and (cast(@status as text) is null or status = cast(@status as text) or (cast(@status as text) = 'expired' and status = 'active')
                                or payment_block is not null)
                        order by id desc
                        limit @limit) e on 1 = 1
                order by e.id desc
                """,
                (head, row) => (head, row),
                splitOn: "workspace_id",
                new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef, before, status = status?.ToWord(), limit }).ConfigureAwait(false)),
            cancellationToken);

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
            await KnowAsync(session, scope, subjectRef, created).ConfigureAwait(false);
        }

        var locked = await session.FindAsync<LockedRow>($"select version, time_seen_at, hold_due_at from subjects where {Subject}{session.Dialect.ForUpdate}", key).ConfigureAwait(false);
        return locked is null ? SubjectRights.None : await OfAsync(session, key, locked).ConfigureAwait(false);
    }

    /// <summary>The same of many subjects, always in one order, so that two servers never wait for each other. Who is unknown stays so.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="subjects">Whom to lock.</param>
    /// <param name="waits">Whether to wait for those that somebody else has locked; they are left out otherwise.</param>
    public static async Task<Dictionary<(Scope, string), SubjectRights>> LockAsync(Session session, IReadOnlyCollection<(Scope Scope, string SubjectRef)> subjects, bool waits)
    {
        var known = subjects.Distinct().ToDictionary(subject => subject, _ => SubjectRights.None);
        var rows = RowsJson.Of(known.Keys, subject => subject.Scope.WorkspaceId, subject => subject.Scope.Mode.ToWord(), subject => subject.SubjectRef);
        var asked = $"with v as materialized {session.Dialect.Rows("@rows", ("workspace_id", "text"), ("mode", "text"), ("subject_ref", "text"))}";
        const string same = "t.workspace_id = v.workspace_id and t.mode = v.mode and t.subject_ref = v.subject_ref";
        var (locked, entitlements) = await session.ListsAsync<LockedSubject, EntitlementRow>(
            $"""
            {asked}
            select t.workspace_id, t.mode, t.subject_ref, t.version, t.time_seen_at, t.hold_due_at from v join subjects t on {same}
            order by t.workspace_id, t.mode, t.subject_ref{session.Dialect.ForUpdateOf("t", waits)}
            """,
            $"""
            {asked}
            select {string.Join(", ", Columns.Split(',').Select(column => $"t.{column.Trim()}"))} from v join entitlements t on {same}
            order by t.created_at, t.id
            """,
            new { rows }).ConfigureAwait(false);
        var rights = entitlements.ToLookup(row => (new Scope(row.WorkspaceId, Words.Parse<Mode>(row.Mode)), row.SubjectRef));
        foreach (var subject in locked)
        {
            var key = (new Scope(subject.WorkspaceId, Words.Parse<Mode>(subject.Mode)), subject.SubjectRef);
            known[key] = new SubjectRights(subject.Version, [.. rights[key].Select(row => row.ToDomain())], Instant.Of(subject.TimeSeenAt)) { HoldDueAt = Instant.Of(subject.HoldDueAt) };
        }

        // Not locked is who is unknown, or who is somebody else's for now.
        if (!waits && session.Dialect == Dialect.Postgres && locked.Count < known.Count)
        {
            var there = await session.ListAsync<(string WorkspaceId, string Mode, string SubjectRef)>(
                $"{asked} select t.workspace_id, t.mode, t.subject_ref from v join subjects t on {same}", new { rows }).ConfigureAwait(false);
            var mine = locked.Select(subject => (subject.WorkspaceId, subject.Mode, subject.SubjectRef)).ToHashSet();
            foreach (var other in there.Where(subject => !mine.Contains(subject)))
                known.Remove((new Scope(other.WorkspaceId, Words.Parse<Mode>(other.Mode)), other.SubjectRef));
        }

        return known;
    }

    /// <summary>The same of a subject that is due, unless another server has it: <see langword="null"/> where there is nothing to do.</summary>
    public static async Task<SubjectRights?> LockDueAsync(Session session, Scope scope, string subjectRef, DateTimeOffset now)
    {
        var locked = await session.FindAsync<LockedRow>(
            $"select version, time_seen_at, hold_due_at from subjects where {Subject} and next_due_at <= @now{session.Dialect.SkipLocked}",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef, now = Instant.Millis(now) }).ConfigureAwait(false);
        return locked is null ? null : await OfAsync(session, Key(scope, subjectRef), locked).ConfigureAwait(false);
    }

    private static async Task<SubjectRights> OfAsync(Session session, object key, LockedRow locked)
    {
        var rows = await session.ListAsync<EntitlementRow>($"select {Columns} from entitlements where {Subject} order by created_at, id", key)
            .ConfigureAwait(false);
        return new SubjectRights(locked.Version, [.. rows.Select(row => row.ToDomain())], Instant.Of(locked.TimeSeenAt)) { HoldDueAt = Instant.Of(locked.HoldDueAt) };
    }

    /// <summary>Makes the subject known, unless it is: it has no right yet.</summary>
    public static Task KnowAsync(Session session, Scope scope, string subjectRef, DateTimeOffset at) =>
        session.ExecuteAsync(
            """
            insert into subjects (workspace_id, mode, subject_ref, version, created_at, updated_at)
            values (@WorkspaceId, @mode, @subjectRef, 0, @at, @at)
            on conflict (workspace_id, mode, subject_ref) do nothing
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef, at = Instant.Millis(at) });

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

    /// <summary>Who holds a right that this Stripe payment bought.</summary>
    public static Task<string?> FindBuyerAsync(Session session, Scope scope, string stripePaymentId) =>
        session.FindAsync<string>(
            """
            select subject_ref from entitlements
            where workspace_id = @WorkspaceId and mode = @mode and stripe_payment_intent_id = @stripePaymentId
            order by created_at, id
            limit 1
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), stripePaymentId });

    /// <summary>The rights that one of Stripe's subscriptions, sessions or payments gave, whoever has them.</summary>
    public static Task<IReadOnlyList<EntitlementRow>> BoughtWithAsync(
        Session session, Scope scope, string? subscriptionId, string? sessionId, string? paymentId) =>
        session.ListAsync<EntitlementRow>(
            $"""
            select {Columns} from entitlements
            where workspace_id = @WorkspaceId and mode = @mode
                and (stripe_subscription_id = @subscriptionId or stripe_checkout_session_id = @sessionId or stripe_payment_intent_id = @paymentId)
            order by created_at, id
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subscriptionId, sessionId, paymentId });

    /// <summary>The rights of subscriptions that began after one instant and until another, and have not ended; the newest first.</summary>
    public static Task<IReadOnlyList<EntitlementRow>> OfSubscriptionsAsync(Session session, Scope scope, long after, long until, int most) =>
        session.ListAsync<EntitlementRow>(
            $"""
            select {Columns} from entitlements
            where workspace_id = @WorkspaceId and mode = @mode and stripe_subscription_id is not null and ended_at is null
                and created_at > @after and created_at <= @until
            order by created_at desc, id desc
            limit @most
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), after, until, most });

    /// <summary>Saves the subject's new version. What time did until <paramref name="at"/> has been told, and it is due again when it does something next.</summary>
    public static void SaveSubject(Session session, Scope scope, string subjectRef, SubjectRights subject, DateTimeOffset? nextDueAt, DateTimeOffset at) =>
        session.Put(Subjects, new SavedSubject(scope, subjectRef, subject, nextDueAt, at));

    public static void Save(Session session, EntitlementRow row) => session.Put(Rights, row);

    private static readonly RowSet<SavedSubject> Subjects = RowSet<SavedSubject>.Update(
        "subjects", keys: 3,
        ("workspace_id", one => one.Scope.WorkspaceId), ("mode", one => one.Scope.Mode.ToWord()), ("subject_ref", one => one.SubjectRef),
        ("version", one => one.Subject.Version), ("next_due_at", one => Instant.Millis(one.NextDueAt)), ("hold_due_at", one => Instant.Millis(one.Subject.HoldDueAt)),
        ("time_seen_at", one => Instant.Millis(one.Subject.SeenAt ?? one.At)), ("updated_at", one => Instant.Millis(one.At)));

    // Whose it is, where it came from and what paid for it stay as they were first.
    private static readonly RowSet<EntitlementRow> Rights = RowSet<EntitlementRow>.Upsert(
        "entitlements", keys: 4,
        [
            "product_code", "status", "status_cause", "quantity", "units_granted", "units_remaining", "units_used", "units_held", "starts_at", "expires_at", "ended_at",
            "payment_block", "blocked_at", "stripe_subscription_item_id", "period_start", "period_end", "cancel_at", "cancel_at_period_end_since", "state_history",
            "grace_ends_at", "stripe_as_of", "stripe_created_as_of", "attempt_id", "stripe_checkout_session_id", "created_at", "updated_at",
        ],
        ("workspace_id", row => row.WorkspaceId), ("mode", row => row.Mode), ("subject_ref", row => row.SubjectRef), ("id", row => row.Id),
        ("product_code", row => row.ProductCode), ("kind", row => row.Kind), ("status", row => row.Status), ("status_cause", row => row.StatusCause),
        ("source", row => row.Source), ("quantity", row => row.Quantity), ("units_granted", row => row.UnitsGranted), ("units_remaining", row => row.UnitsRemaining),
        ("units_used", row => row.UnitsUsed), ("units_held", row => row.UnitsHeld), ("starts_at", row => row.StartsAt), ("expires_at", row => row.ExpiresAt),
        ("ended_at", row => row.EndedAt), ("payment_block", row => row.PaymentBlock), ("blocked_at", row => row.BlockedAt),
        ("stripe_subscription_id", row => row.StripeSubscriptionId), ("stripe_subscription_item_id", row => row.StripeSubscriptionItemId),
        ("period_start", row => row.PeriodStart), ("period_end", row => row.PeriodEnd), ("cancel_at", row => row.CancelAt),
        ("cancel_at_period_end_since", row => row.CancelAtPeriodEndSince), ("state_history", row => row.StateHistory), ("grace_ends_at", row => row.GraceEndsAt),
        ("stripe_as_of", row => row.StripeAsOf), ("stripe_created_as_of", row => row.StripeCreatedAsOf), ("attempt_id", row => row.AttemptId),
        ("stripe_checkout_session_id", row => row.StripeCheckoutSessionId), ("stripe_payment_intent_id", row => row.StripePaymentIntentId),
        ("created_at", row => row.CreatedAt), ("updated_at", row => row.UpdatedAt));

    private sealed record SavedSubject(Scope Scope, string SubjectRef, SubjectRights Subject, DateTimeOffset? NextDueAt, DateTimeOffset At);

    // One statement is one view: the version and the rights it stands for cannot come from two moments.
    private static async Task<SubjectRights> ReadAsync(Session session, Scope scope, string subjectRef)
    {
        var (head, rows) = WithHead(await session.ListAsync<SubjectHead, EntitlementRow?, (SubjectHead, EntitlementRow?)>(
            $"""
            select s.*, e.* from
                (select {Head}) s
                left join (select {Columns} from entitlements where {Subject}) e on 1 = 1
            order by e.created_at, e.id
            """,
            (of, row) => (of, row),
            splitOn: "workspace_id",
            Key(scope, subjectRef)).ConfigureAwait(false));
        return new SubjectRights(head.Version, [.. rows.Select(row => row.ToDomain())]) { ClockOffset = head.ClockOffset };
    }

    private static (SubjectHead Head, IReadOnlyList<EntitlementRow> Rows) WithHead(IReadOnlyList<(SubjectHead Head, EntitlementRow? Row)> joined) =>
        (joined[0].Head, [.. joined.Select(pair => pair.Row).OfType<EntitlementRow>()]);

    private static object Key(Scope scope, string subjectRef) => new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef };

    private sealed record LockedSubject(string WorkspaceId, string Mode, string SubjectRef, long Version, long? TimeSeenAt, long? HoldDueAt);

    private sealed record LockedRow(long Version, long? TimeSeenAt, long? HoldDueAt);
}

/// <summary>What is read of a subject beside its rights: its version, 0 for an unknown one, and how far the rules' clock is ahead.</summary>
internal sealed record SubjectHead(long Version, long ClockOffset);
