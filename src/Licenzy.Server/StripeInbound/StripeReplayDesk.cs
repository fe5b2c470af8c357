using Licenzy.Domain;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.StripeInbound;

/// <summary>Applies an event again because a person says so, wherever it stands: what took effect does not take it twice.</summary>
internal sealed class StripeReplayDesk(BillingEffects effects, TimeProvider clock, ILogger<StripeReplayDesk> logger)
{
    /// <summary>The event as it was found, and what became of it.</summary>
    public async Task<(StripeEventRow Row, InboxState State)> ReplayAsync(Session session, Scope scope, string id)
    {
        var there = await FindAsync(session, scope, id).ConfigureAwait(false);
        var billing = StripeEventReader.Read(there.Payload);
        await LockOrder.BeginAsync(session, scope, id, billing is null ? [] : BillingEffects.MakesKnown(billing)).ConfigureAwait(false);
        // As it stands now: somebody else may have been at it.
        var row = await FindAsync(session, scope, id).ConfigureAwait(false);
        var effect = billing is null ? Effect.NoMatch("It cannot be read any more.") : await effects.ApplyAsync(session, scope, billing).ConfigureAwait(false);
        return (row, await SaveAsync(session, row, InboxSchedule.After(effect, null, 0, clock.GetUtcNow())).ConfigureAwait(false));
    }

    /// <summary>Notes that it could not be applied again.</summary>
    public async Task<(StripeEventRow Row, InboxState State)> FailedAsync(Session session, Scope scope, string id, Exception failure)
    {
        var row = await StripeEventStore.LockAsync(session, scope, id).ConfigureAwait(false) ?? throw new RefusedException(Refusal.NotFound);
        Log.EventFailed(logger, failure, row.Id, row.Type);
        return (row, await SaveAsync(session, row, InboxSchedule.AfterFailure(InboxSchedule.NotApplied, null, Math.Max(1, row.Tries), clock.GetUtcNow())).ConfigureAwait(false));
    }

    private static async Task<StripeEventRow> FindAsync(Session session, Scope scope, string id) =>
        await StripeEventStore.FindAsync(session, scope, id).ConfigureAwait(false) ?? throw new RefusedException(Refusal.NotFound);

    private async Task<InboxState> SaveAsync(Session session, StripeEventRow row, InboxState state)
    {
        await StripeEventStore.SaveAsync(session, row.Scope, row.Id, state, Instant.Millis(clock.GetUtcNow())).ConfigureAwait(false);
        return state;
    }
}
