using System.Text.Json;
using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Storage;
using Licenzy.Server.StripeInbound;

namespace Licenzy.Server.StripeSync;

/// <summary>What a step of catching up brought.</summary>
/// <param name="Since">From when on Stripe was asked.</param>
/// <param name="Through">Until when everything is known now.</param>
/// <param name="Listed">How many events Stripe listed.</param>
/// <param name="Missed">How many of them were not known here, or not done with.</param>
/// <param name="IsComplete">Whether nothing is left.</param>
internal sealed record CatchUpStep(DateTimeOffset Since, DateTimeOffset Through, int Listed, int Missed, bool IsComplete);

/// <summary>
/// Reads what Stripe says happened since the last time, and takes it in as if it had been delivered: what is known already changes nothing. One
/// server at a time does it for a connection; a crash gives the connection free after the lease, and what was applied stays.
/// </summary>
internal sealed class CatchUp(Db db, StripeTalks talks, BillingInbox inbox, Reconciler reconciler, TimeProvider clock)
{
    // Stripe lists an event a moment after its time, and clocks differ.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    // Longer than a call to Stripe with its retries, or a batch of events; renewed after each.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    // Stripe forgets after thirty days; a day less leaves nothing to the difference of two clocks.
    private static readonly TimeSpan Memory = TimeSpan.FromDays(29);

    private const int Batch = 50;
    private const int MostKnown = 4 * Batch;

    /// <summary>Steps for as long as a caller waits, as one; <see langword="null"/> where another server is at it.</summary>
    public async Task<CatchUpStep?> StepsAsync(Scope scope, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var (begun, sum) = (clock.GetTimestamp(), (CatchUpStep?)null);
        do
        {
            if (await StepAsync(scope, cancellationToken).ConfigureAwait(false) is not { } step)
            {
                return sum;
            }

            sum = step with { Since = sum?.Since ?? step.Since, Listed = step.Listed + (sum?.Listed ?? 0), Missed = step.Missed + (sum?.Missed ?? 0) };
        }
        while (!sum.IsComplete && clock.GetElapsedTime(begun) < atMost);
        return sum;
    }

    /// <summary>One step; <see langword="null"/> where another server is at it.</summary>
    public async Task<CatchUpStep?> StepAsync(Scope scope, CancellationToken cancellationToken)
    {
        var talk = await talks.OpenAsync(scope, cancellationToken).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        var row = await db.WriteAsync(
            async session =>
            {
                await CatchUpStore.AddMissingAsync(session).ConfigureAwait(false);
                return await CatchUpStore.LeaseAsync(session, scope, Instant.Millis(now), Instant.Millis(now + Lease)).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        if (row is null)
        {
            return null;
        }

        try
        {
            return await (row.Place is not null || Instant.Of(row.Through) - Overlap < now - Memory ? ObjectsAsync(talk, row) : EventsAsync(talk, row)).ConfigureAwait(false);
        }
        catch
        {
            await db.WriteAsync(session => CatchUpStore.GiveBackAsync(session, scope), CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<CatchUpStep> EventsAsync(StripeTalk talk, CatchUpRow row)
    {
        var scope = row.Scope;
        var since = Instant.Of(row.Through) - Overlap;
        var window = await EventWindow.ListAsync(talk, since, () => RenewAsync(scope, talk.CancellationToken)).ConfigureAwait(false);
        var missed = 0;
        foreach (var batch in window.Events.Chunk(Batch))
        {
            missed += await TakeAsync(talk, scope, batch).ConfigureAwait(false);
            await RenewAsync(scope, talk.CancellationToken).ConfigureAwait(false);
        }

        var through = Later(window.Through, Instant.Of(row.Through));
        // A window that is not the last goes on at its own end, not before it.
        var reached = row with { Through = Instant.Millis(window.IsLast ? through : window.Through + Overlap) };
        await SaveAsync(scope, reached, window.IsLast).ConfigureAwait(false);
        return new CatchUpStep(since, through, window.Events.Count, missed, window.IsLast);
    }

    // Stripe has forgotten some of the events: the objects still say where they stand.
    private async Task<CatchUpStep> ObjectsAsync(StripeTalk talk, CatchUpRow row)
    {
        var scope = row.Scope;
        var since = row.PlaceSince ?? Instant.Millis(clock.GetUtcNow());
        var place = row.Place is { } kept ? Place.Of(kept) : null;
        var step = await reconciler.StepAsync(talk, scope, place ?? Place.Beginning, keeps: true, "stripe").ConfigureAwait(false);
        var reached = step.Next is { } next
            ? row with { Place = next.ToCursor(), PlaceSince = since }
            : row with { Place = null, PlaceSince = null, Through = Math.Max(row.Through, since) };
        // What happened since it began is still among the events.
        await SaveAsync(scope, reached, isComplete: false).ConfigureAwait(false);
        return new CatchUpStep(Instant.Of(row.Through), Instant.Of(reached.Through), step.Checked, step.Drifts.Count(drift => drift.IsRepaired), IsComplete: false);
    }

    private async Task<int> TakeAsync(StripeTalk talk, Scope scope, JsonElement[] batch)
    {
        var news = batch.Select(made => (Billing: StripeEventReader.Read(made), Made: made)).Where(one => one.Billing is not (null or UnknownEvent)).ToList();
        if (news.Count == 0)
        {
            return 0;
        }

        var (from, to) = (news.Min(one => one.Billing!.CreatedAt), news.Max(one => one.Billing!.CreatedAt));
        var known = await db.ReadAsync(
            session => CatchUpStore.AppliedAsync(session, scope, Instant.Millis(from), Instant.Millis(to), MostKnown), talk.CancellationToken).ConfigureAwait(false);
        var missed = 0;
        foreach (var (billing, made) in news.Where(one => one.Billing!.Livemode == talk.Livemode && !known.Contains(one.Billing.Id)))
        {
            await inbox.ReceiveAsync(scope, billing!, EventWindow.BytesOf(made), talk.CancellationToken).ConfigureAwait(false);
            missed++;
        }

        return missed;
    }

    private Task SaveAsync(Scope scope, CatchUpRow reached, bool isComplete)
    {
        var finishedAt = isComplete ? Instant.Millis(clock.GetUtcNow()) : (long?)null;
        return db.WriteAsync(session => CatchUpStore.SaveAsync(session, scope, reached, finishedAt), CancellationToken.None);
    }

    private Task RenewAsync(Scope scope, CancellationToken cancellationToken)
    {
        var until = Instant.Millis(clock.GetUtcNow() + Lease);
        return db.WriteAsync(session => CatchUpStore.RenewAsync(session, scope, until), cancellationToken);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
