using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Audit;
using Licenzy.Server.Checkout;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Licenzy.Server.StripeInbound;
using Licenzy.Server.Tests.Engines;
using Licenzy.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Licenzy.Server.Tests.Storage;

[TestFixtureSource(typeof(EveryEngine))]
public sealed class EventInboxTests(Engine engine) : StoreFixture(engine)
{
    [Test]
    public async Task An_event_delivered_twenty_times_at_once_is_taken_in_once()
    {
        var (subject, attempt) = await AttemptAsync();
        var inbox = Inbox();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() =>
            inbox.ReceiveAsync(Scope, Paid("evt_one", attempt), "{}"u8.ToArray(), CancellationToken.None))));

        await AssertBoughtOnceAsync(subject, events: 1, "evt_one%");
    }

    [Test]
    public async Task Two_events_of_one_session_at_once_make_one_right()
    {
        var (subject, attempt) = await AttemptAsync();
        var inbox = Inbox();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() =>
            inbox.ReceiveAsync(Scope, Paid($"evt_two_{n}", attempt), "{}"u8.ToArray(), CancellationToken.None))));

        await AssertBoughtOnceAsync(subject, events: 8, "evt_two%");
    }

    private async Task AssertBoughtOnceAsync(string subject, long events, string like)
    {
        var rights = await RightsAsync(subject);
        Assert.That((rights.Version, rights.Rights.Count), Is.EqualTo((1L, 1)));
        Assert.That(await CountAsync("usage_ledger", subject), Is.EqualTo(1));
        Assert.That(await CountAsync("entitlement_revisions", subject), Is.EqualTo(1));
        var stored = await Db.ReadAsync(
            session => session.FindAsync<long>("select count(*) from stripe_events where id like @like and status = 'applied'", new { like }),
            CancellationToken.None);
        Assert.That(stored, Is.EqualTo(events));
    }

    private BillingInbox Inbox()
    {
        var clock = new ManualTimeProvider(Now);
        var ids = new Ids(clock);
        var news = new BillingNews(new Outbox(ids, clock), Leeway.Default, new RuleClock(clock));
        var writer = new BillingWriter(Writer, news);
        var subscriptions = new SubscriptionEffects(ids, writer, news, clock);
        var effects = new BillingEffects(new CheckoutEffects(ids, writer, news, clock), subscriptions, new PaymentEffects(subscriptions, writer, new AuditStore(ids, clock), clock), clock);
        return new BillingInbox(Db, effects, clock, NullLogger<BillingInbox>.Instance);
    }

    private async Task<(string Subject, string Attempt)> AttemptAsync()
    {
        var subject = NewSubject();
        var row = new CheckoutAttemptRow
        {
            WorkspaceId = Scope.WorkspaceId,
            Mode = "test",
            Id = $"att_{subject}",
            SubjectRef = subject,
            ProductCode = "PACK",
            Kind = "usage_pack",
            StripePriceId = "price_pack",
            Units = 100,
            PastDueGraceDays = 21,
            Quantity = 2,
            Status = "created",
            StripeForm = "",
            StripeCheckoutSessionId = $"cs_{subject}",
            ExpiresAt = Instant.Millis(Now.AddDays(1)),
            CreatedAt = Instant.Millis(Now),
            UpdatedAt = Instant.Millis(Now),
        };
        await Db.WriteAsync(session => CheckoutAttemptStore.AddAsync(session, row), CancellationToken.None);
        return (subject, row.Id);
    }

    private static CheckoutEvent Paid(string id, string attempt) => new()
    {
        Id = id,
        Type = "checkout.session.completed",
        CreatedAt = Now,
        Livemode = false,
        SessionId = attempt.Replace("att_", "cs_", StringComparison.Ordinal),
        Result = CheckoutResult.Paid,
        AttemptId = attempt,
        CustomerId = "cus_1",
        PaymentIntentId = "pi_1",
    };
}
