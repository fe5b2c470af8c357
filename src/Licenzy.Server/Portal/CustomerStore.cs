using Licenzy.Domain;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Portal;

/// <summary>A subject as operators see it.</summary>
internal sealed record CustomerRow(string SubjectRef, long Version, long CreatedAt, long UpdatedAt, string? StripeCustomerId, long? ClockOffset)
{
    /// <summary>The instant at which to decide about what was read, see <see cref="RuleClock"/>.</summary>
    public DateTimeOffset Now(TimeProvider clock) => clock.GetUtcNow().AddMilliseconds(ClockOffset ?? 0);
}

/// <summary>A subject with its rights, newest first.</summary>
internal sealed record CustomerFound(CustomerRow Customer, IReadOnlyList<EntitlementRow> Rights);

/// <summary>All SQL that looks at a customer across the features: who there is, and what became of them.</summary>
internal static class CustomerStore
{
    private const string InScope = "workspace_id = @WorkspaceId and mode = @mode";

    /// <summary>
    /// A page of the mode's subjects, newest first. The function around the subject keeps both engines on the index by age: whatever the query, a page
    /// costs at most one pass over it, and none of the sorting that a common beginning would cost.
    /// </summary>
    public static Task<IReadOnlyList<CustomerFound>> ListAsync(Session session, Scope scope, CustomerSearch search, int limit) =>
        FoundAsync(
            session,
            $"""
            select * from subjects
            where {InScope} and (created_at, subject_ref) < (@createdAt, @subjectRef)
                and (substr(subject_ref, 1, @length) = @Query or subject_ref in (
                    select subject_ref from stripe_customers where {InScope} and stripe_customer_id = @Query
                    union all
                    select subject_ref from entitlements where {InScope} and stripe_subscription_id = @Query
                    union all
                    select subject_ref from entitlements where {InScope} and stripe_payment_intent_id = @Query
                    union all
                    select subject_ref from checkout_attempts where {InScope} and stripe_checkout_session_id = @Query
                    union all
                    select subject_ref from checkout_attempts where {InScope} and id = @Query))
            order by created_at desc, subject_ref desc
            limit @limit
            """,
            new
            {
                scope.WorkspaceId,
                mode = scope.Mode.ToWord(),
                search.Query,
                length = search.Query.EnumerateRunes().Count(),
                createdAt = search.After?.CreatedAt ?? long.MaxValue,
                subjectRef = search.After?.SubjectRef ?? "",
                limit,
            });

    public static async Task<CustomerFound?> FindAsync(Session session, Scope scope, string subjectRef) =>
        (await FoundAsync(
            session, $"select * from subjects where {InScope} and subject_ref = @subjectRef",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef }).ConfigureAwait(false)).SingleOrDefault();

    // One statement is one view: the decision over the rights is of the version that is shown.
    private static async Task<IReadOnlyList<CustomerFound>> FoundAsync(Session session, string subjects, object arguments)
    {
        var rows = await session.ListAsync<CustomerRow, EntitlementRow?, (CustomerRow Customer, EntitlementRow? Right)>(
            $"""
            select s.subject_ref, s.version, s.created_at, s.updated_at, c.stripe_customer_id, t.offset_ms as clock_offset, e.*
            from ({subjects}) s
            left join stripe_customers c on c.workspace_id = s.workspace_id and c.mode = s.mode and c.subject_ref = s.subject_ref
            left join test_clocks t on t.workspace_id = s.workspace_id and s.mode = 'test'
            left join entitlements e on e.workspace_id = s.workspace_id and e.mode = s.mode and e.subject_ref = s.subject_ref
            order by s.created_at desc, s.subject_ref desc, e.created_at desc, e.id desc
            """,
            (customer, right) => (customer, right),
            splitOn: "workspace_id",
            arguments).ConfigureAwait(false);
        return
        [
            .. rows.GroupBy(row => row.Customer)
                .Select(group => new CustomerFound(group.Key, [.. group.Select(row => row.Right).OfType<EntitlementRow>()])),
        ];
    }
}
