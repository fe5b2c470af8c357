using System.Net;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Server.Time;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Events are remembered for as long as anybody may send them again, and not for ever.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class EventsGoTests(Engine engine) : InboxFixture(engine)
{
    private const int MoreThanOneBatch = 2500;

    [Test]
    [Spec(Route, "an applied event is remembered for 90 days; one that nothing fitted, for 365")]
    public async Task Events_go_when_their_time_is_over()
    {
        var (subject, session) = await BoughtAsync("PACK1000");
        await ConsumeAsync(subject, 400);
        var nobodys = StripeEvents.SubscriptionUpdated(new StripeSubscription { Created = Clock.GetUtcNow() }, options: Now());
        await DeliverAsync(nobodys);
        var (sent, rows) = (Stripe.Events.ToList(), await EventsAsync());
        Assert.That(await StatusOfAsync(nobodys), Is.EqualTo("unmatched"));
        var bought = Clock.GetUtcNow();

        Clock.Set(bought.AddDays(90));
        await TidyAsync();
        Assert.That(await EventsAsync(), Is.EqualTo(rows), "to the day");

        Clock.Set(bought.AddDays(90).AddSeconds(1));
        await TidyAsync();
        Assert.That((await EventsAsync(), await StatusOfAsync(nobodys)), Is.EqualTo((1L, "unmatched")));
        foreach (var made in sent)
            Assert.That(await Stripe.RedeliverAsync(made.Id), Is.EqualTo(HttpStatusCode.OK));
        Assert.That((long)(await RightAsync(subject))["usage_remaining"]!, Is.EqualTo(600), "what it tells is known");
        Assert.That(Stripe.Sessions.Single(one => one.Id == session).Status, Is.EqualTo("complete"));

        Clock.Set(bought.AddDays(365).AddSeconds(1));
        await TidyAsync();
        Assert.That(await StatusOfAsync(nobodys), Is.Null);
    }

    [Test]
    public async Task What_took_effect_late_is_remembered_from_then_on()
    {
        var (subject, _) = await BoughtAsync("PASS30");
        var now = Clock.GetUtcNow();
        var (longAgo, id) = (now.AddDays(-200).ToUnixTimeMilliseconds(), Stripe.Events[^1].Id);
        await Rows.ExecuteAsync(Server, "update stripe_events set received_at = @longAgo, applied_at = @now where id = @id", new { longAgo, now = now.ToUnixTimeMilliseconds(), id });

        await TidyAsync();

        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from stripe_events where id = @id", new { id }), Is.EqualTo(1));
        Assert.That(await AllowedAsync(subject), Is.True);
    }

    [Test]
    public async Task More_than_a_batch_goes_in_batches_and_those_of_the_billing_too()
    {
        await BoughtAsync("PASS30");
        var old = Clock.GetUtcNow().AddDays(-91).ToUnixTimeMilliseconds();
        var before = await EventsAsync();
        for (var n = 0; n < MoreThanOneBatch; n += 100)
        {
            var values = string.Join(", ", Enumerable.Range(n, 100).Select(i => $"('evt_old_{i}')"));
            await Rows.ExecuteAsync(
                Server,
                $"""
                insert into stripe_events (workspace_id, mode, id, type, status, tries, payload, event_created_at, received_at)
                select c.workspace_id, c.mode, v.column1, 'charge.refunded', 'applied', 0, @payload, @old, @old from stripe_connections c, (values {values}) v where c.mode = 'test'
                """,
                new { payload = Array.Empty<byte>(), old });
        }

        await Rows.ExecuteAsync(
            Server,
            """
            insert into billing_events (id, type, subscription_id, status, payload, event_created_at, received_at, applied_at)
            values ('evt_1', 'a', 'sub_1', 'applied', @payload, @old, @old, @old), ('evt_2', 'a', 'sub_1', 'unmatched', @payload, @old, @old, null)
            """,
            new { payload = Array.Empty<byte>(), old });
        Assert.That(await EventsAsync(), Is.EqualTo(before + MoreThanOneBatch));

        await TidyAsync();

        Assert.That(await EventsAsync(), Is.EqualTo(before));
        Assert.That(await Rows.ValueAsync<string>(Server, "select id from billing_events"), Is.EqualTo("evt_2"));
    }

    private Task TidyAsync() => Server.Services.GetRequiredService<Housekeeping>().TidyAsync(CancellationToken.None);
}
