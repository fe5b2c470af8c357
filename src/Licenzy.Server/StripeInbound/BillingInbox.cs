using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.StripeInbound;

/// <summary>
/// Takes a verified event in and applies it: the event, its effect and its history are one transaction, once however often it comes. What only
/// Stripe can settle is left to the worker; access never waits for it.
/// </summary>
internal sealed class BillingInbox(Db db, BillingEffects effects, TimeProvider clock, ILogger<BillingInbox> logger)
{
    private const string Duplicate = "duplicate";

    /// <summary>Set when there is something for the worker.</summary>
    public Signal Signal { get; } = new();

    /// <returns>What became of it, as a word: <c>duplicate</c>, or its status.</returns>
    public async Task<string> ReceiveAsync(Scope scope, BillingEvent billing, byte[] payload, CancellationToken cancellationToken)
    {
        // Stripe sends everything twice now and then, and all of it after a failure: what is done with need not wait for the writers.
        if (await db.ReadAsync(session => StripeEventStore.IsAppliedAsync(session, scope, billing.Id), cancellationToken).ConfigureAwait(false))
        {
            return Duplicate;
        }

        InboxState? state;
        try
        {
            state = await db.WriteAsync(session => TakeAsync(session, scope, billing, payload), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not (StorageUnavailableException or OperationCanceledException))
        {
            // Stripe cannot mend what we cannot apply: the event is kept, seen by operators, and tried again.
            Log.EventFailed(logger, failure, billing.Id, billing.Type);
            state = await db.WriteAsync(session => KeepAsync(session, scope, billing, payload), cancellationToken).ConfigureAwait(false);
        }

        Tell(billing, state);
        return state?.Status.ToWord() ?? Duplicate;
    }

    /// <summary>Applies an event of the inbox that is not done with, once more.</summary>
    public async Task<InboxState?> AgainAsync(StripeEventRow row, CancellationToken cancellationToken)
    {
        var billing = StripeEventReader.Read(row.Payload);
        var state = billing is null ? null : await db.WriteAsync(session => RepeatAsync(session, row.Scope, billing), cancellationToken).ConfigureAwait(false);
        if (billing is not null)
        {
            Tell(billing, state);
        }

        return state;
    }

    /// <summary>Applies what a look at Stripe brought, to the event that owed it and to all others that it answers.</summary>
    public Task AnswerAsync(StripeEventRow row, StripeLook look, LookAnswer answer, CancellationToken cancellationToken) =>
        db.WriteAsync(
            async session =>
            {
                await LockOrder.BeginAsync(session, row.Scope, row.Id, BillingEffects.MakesKnown(answer.News)).ConfigureAwait(false);
                if (await StripeEventStore.FindOpenAsync(session, row.Scope, row.Id).ConfigureAwait(false) is null)
                {
                    return;
                }

                var effect = Effect.Done;
                foreach (var news in answer.News)
                {
                    effect = await effects.ApplyAsync(session, row.Scope, news).ConfigureAwait(false);
                }

                var state = InboxSchedule.After(effect, row.State, row.Tries, clock.GetUtcNow());
                await StripeEventStore.SaveAsync(session, row.Scope, row.Id, state, Now).ConfigureAwait(false);
                if (state.Status == InboxStatus.Applied)
                {
                    await StripeEventStore.AnsweredAsync(session, row.Scope, look, answer.AsOf, Now).ConfigureAwait(false);
                }
            },
            cancellationToken);

    /// <summary>Notes that a try came to nothing; there will be another, up to the bound.</summary>
    public Task FailAsync(StripeEventRow row, string why, CancellationToken cancellationToken)
    {
        var state = InboxSchedule.AfterFailure(why, row.Look, row.Tries, clock.GetUtcNow());
        return db.WriteAsync(
            async session =>
            {
                // Somebody else may have had an answer meanwhile: what is done with stays so.
                if (await StripeEventStore.FindOpenAsync(session, row.Scope, row.Id).ConfigureAwait(false) is not null)
                {
                    await StripeEventStore.SaveAsync(session, row.Scope, row.Id, state, Now).ConfigureAwait(false);
                }
            },
            cancellationToken);
    }

    /// <summary>Applies what a look at Stripe showed, as its events would. They are still to come, and then bring nothing new.</summary>
    public async Task LearnAsync(Scope scope, IReadOnlyList<BillingEvent> news, CancellationToken cancellationToken)
    {
        if (news.Count == 0)
        {
            return;
        }

        await db.WriteAsync(
            async session =>
            {
                await LockOrder.BeginAsync(session, scope, eventId: null, BillingEffects.MakesKnown(news)).ConfigureAwait(false);
                foreach (var one in news)
                {
                    await effects.ApplyAsync(session, scope, one).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<InboxState?> TakeAsync(Session session, Scope scope, BillingEvent billing, byte[] payload)
    {
        if (!await StripeEventStore.TryAddAsync(session, scope, billing, payload, Now).ConfigureAwait(false))
        {
            return await RepeatAsync(session, scope, billing).ConfigureAwait(false);
        }

        // Nobody else sees the new event: it is not waited for.
        await LockOrder.BeginAsync(session, scope, eventId: null, BillingEffects.MakesKnown(billing)).ConfigureAwait(false);
        return await ApplyAsync(session, scope, billing, open: null).ConfigureAwait(false);
    }

    // An event that was here before and is not done with may have found by now what it belongs to. One that awaits Stripe goes on waiting.
    private async Task<InboxState?> RepeatAsync(Session session, Scope scope, BillingEvent billing)
    {
        await LockOrder.BeginAsync(session, scope, billing.Id, BillingEffects.MakesKnown(billing)).ConfigureAwait(false);
        return await StripeEventStore.FindOpenAsync(session, scope, billing.Id).ConfigureAwait(false) is { Look: null } open
            ? await ApplyAsync(session, scope, billing, open).ConfigureAwait(false)
            : null;
    }

    // A new event's row says "applied" already; the common case is one row, written once.
    private async Task<InboxState> ApplyAsync(Session session, Scope scope, BillingEvent billing, StripeEventRow? open)
    {
        var effect = await effects.ApplyAsync(session, scope, billing).ConfigureAwait(false);
        var state = InboxSchedule.After(effect, open?.State, open?.Tries ?? 0, clock.GetUtcNow());
        if (state.Status != InboxStatus.Applied || open is not null)
        {
            await StripeEventStore.SaveAsync(session, scope, billing.Id, state, Now).ConfigureAwait(false);
        }

        return state;
    }

    private async Task<InboxState> KeepAsync(Session session, Scope scope, BillingEvent billing, byte[] payload)
    {
        var state = InboxSchedule.AfterFailure(InboxSchedule.NotApplied, null, tries: 1, clock.GetUtcNow());
        if (await StripeEventStore.TryAddAsync(session, scope, billing, payload, Now).ConfigureAwait(false))
        {
            await StripeEventStore.SaveAsync(session, scope, billing.Id, state, Now).ConfigureAwait(false);
        }

        return state;
    }

    private void Tell(BillingEvent billing, InboxState? state)
    {
        if (state is { Status: InboxStatus.Pending })
        {
            Signal.Set();
        }
        else if (state is { Status: InboxStatus.Unmatched, Note: { } why })
        {
            Log.EventUnmatched(logger, billing.Id, billing.Type, why);
        }
    }

    private long Now => Instant.Millis(clock.GetUtcNow());
}
