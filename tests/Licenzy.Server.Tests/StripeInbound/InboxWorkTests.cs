using Licenzy.Server.Storage;
using Licenzy.Server.StripeInbound;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>What the inbox's worker takes up, for whom, and what it may not undo.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class InboxWorkTests(Engine engine) : InboxFixture(engine)
{
    [Test]
    [Spec(Route, "an event that another server applied meanwhile stays applied, whatever this one failed at")]
    public async Task What_is_applied_is_not_failed()
    {
        var made = StripeEvents.SubscriptionUpdated(await SubscriptionOfAsync(NewSubject()), options: Now());
        await DeliverAsync(made);
        var id = (string)made["id"]!;
        var row = await Server.Services.GetRequiredService<Db>().ReadAsync(
            session => session.FindAsync<StripeEventRow>(
                "select workspace_id, mode, id, type, object_id, status, note, look_kind, look_id, tries, payload, event_created_at from stripe_events where id = @id", new { id }),
            CancellationToken.None);

        await Server.Services.GetRequiredService<BillingInbox>().FailAsync(row!, "It was slow.", CancellationToken.None);

        Assert.That(await StatusOfAsync(made), Is.EqualTo("applied"));
    }

    [Test]
    public void Tries_at_a_look_leave_all_the_time_to_find_a_match()
    {
        var now = Clock.GetUtcNow();
        var after = InboxSchedule.After(Effect.NoMatch("Nobody's."), InboxStatus.Pending, tries: 40, now);
        Assert.That(after.NextTryAt, Is.EqualTo(now.AddSeconds(10).ToUnixTimeMilliseconds()));
        Assert.That(InboxSchedule.After(Effect.NoMatch("Nobody's."), InboxStatus.Unmatched, tries: 40, now).NextTryAt, Is.Null);
    }

    [Test]
    [Spec(Route, "workspaces take turns: one whose events wait in thousands keeps nobody else's waiting")]
    public async Task Workspaces_take_turns()
    {
        using var other = await OtherWorkspace.MakeAsync(Server);
        for (var n = 0; n < 20; n++)
            await DeliverAsync(StripeEvents.SubscriptionUpdated(new StripeSubscription(), options: Now()));
        var last = new StripeSample().Event("customer.subscription.updated", Now());
        await DeliverAsync(last);
        await Rows.ExecuteAsync(Server, "update stripe_events set workspace_id = @theirs where id = @id", new { theirs = other.Id, id = (string)last["id"]! });
        await Rows.ExecuteAsync(Server, "update stripe_events set next_try_at = @at where status = 'unmatched' and id <> @id", new { at = 1L, id = (string)last["id"]! });
        await Rows.ExecuteAsync(Server, "update stripe_events set next_try_at = @at where id = @id", new { at = 2L, id = (string)last["id"]! });

        // In a transaction that is taken back: the worker of the server goes on as if nothing had been claimed.
        IReadOnlyList<StripeEventRow> claimed = [];
        Assert.That(
            async () => await Server.Services.GetRequiredService<Db>().WriteAsync(
                async session =>
                {
                    claimed = await StripeEventStore.ClaimAsync(session, 10, 20, most: 8);
                    throw new InvalidOperationException("The test has seen enough.");
                },
                CancellationToken.None),
            Throws.InvalidOperationException);

        Assert.That(claimed, Has.Count.EqualTo(8));
        Assert.That(claimed.Select(row => row.Id), Does.Contain((string)last["id"]!));
    }
}
