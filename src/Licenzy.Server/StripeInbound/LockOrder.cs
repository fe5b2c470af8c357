using Licenzy.Domain;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.StripeInbound;

/// <summary>
/// Whoever applies Stripe's news on PostgreSQL locks in one order, so that nobody waits for somebody who waits for them: the test clock, the inbox's events, the
/// subject, what is known of the money. Here are the first two; the effects keep to the others, and begin again (<see cref="LostRaceException"/>) where the subject
/// of a payment became known at the very moment. SQLite has one writer.
/// </summary>
internal static class LockOrder
{
    // Two objects may become known at once.
    private const int MostWaiting = 2 * BillingEffects.MostKept;

    /// <summary>Keeps test mode's clock, an event and those that wait for what becomes known from everybody else until the transaction ends.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="scope">Workspace and mode.</param>
    /// <param name="eventId">The event that is applied; <see langword="null"/> where it is new, or there is none.</param>
    /// <param name="objects">What becomes known (<see cref="BillingEffects.MakesKnown"/>).</param>
    public static async Task BeginAsync(Session session, Scope scope, string? eventId, IReadOnlyList<string> objects)
    {
        if (session.Dialect == Dialect.Sqlite)
            return;
        await RuleClock.OffsetAsync(session, scope, waits: true).ConfigureAwait(false);
        if (eventId is not null || objects.Count > 0)
        {
            await session.ListAsync<string>(
                $"""
                with those as materialized (
                    select id from stripe_events where workspace_id = @WorkspaceId and mode = @mode and id = @eventId
                    union
                    (select id from stripe_events
                    where workspace_id = @WorkspaceId and mode = @mode and object_id {session.Dialect.OneOf("@objects")} and status = 'unmatched'
                    order by event_created_at, id
                    limit @MostWaiting))
                select e.id from those join stripe_events e on e.workspace_id = @WorkspaceId and e.mode = @mode and e.id = those.id
                order by e.id{session.Dialect.ForUpdateOf("e", waits: true)}
                """,
                new { scope.WorkspaceId, mode = scope.Mode.ToWord(), eventId, objects = objects.ToArray(), MostWaiting }).ConfigureAwait(false);
        }
    }
}
