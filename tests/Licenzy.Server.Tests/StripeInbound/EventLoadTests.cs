using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>
/// Many events of many subscriptions and purchases, shuffled, each sent three times by eight senders at once. LICENZY_LOAD_EVENTS sets how many;
/// 10,000 is the long form. The rate is printed beside that of a store that only keeps the event and the newest state.
/// </summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class EventLoadTests(Engine engine) : InboxFixture(engine)
{
    private const int Senders = 8;
    private const int Times = 3;
    private const int Periods = 5;
    private const int OfSubscription = 2 + (2 * Periods);

    private static int Wanted => int.TryParse(Environment.GetEnvironmentVariable("LICENZY_LOAD_EVENTS"), CultureInfo.InvariantCulture, out var events) ? events : 1500;

    [Test]
    [Spec(Route, "thousands of shuffled events, each sent three times at once, have one effect each, and all are answered with 200")]
    public async Task Shuffled_and_repeated_events_have_one_effect_each()
    {
        var purchases = Wanted / 40;
        var subjects = Enumerable.Range(0, Wanted / OfSubscription).Select(_ => NewSubject()).ToList();
        var made = new List<JsonObject>();
        foreach (var subject in subjects)
            made.AddRange(await SubscriptionAsync(subject));
        var buyers = new List<string>();
        for (var i = 0; i < purchases; i++)
            made.AddRange(await PurchaseAsync(buyers));
        Clock.Set(Start.AddMonths(Periods).AddDays(1));
        var before = await Rows.CountsAsync(Server);
        var payloads = Enumerable.Repeat(made.Select(Bytes), Times).SelectMany(all => all).ToArray();
        new Random(20260801).Shuffle(payloads);

        var watch = Stopwatch.StartNew();
        // Like Stripe, a sender comes again after a 5xx.
        var answers = await SendAllAsync(payloads.Length, n => Wire.PatientlyAsync(() => PostAsync(payloads[n])));
        var took = watch.Elapsed;
        await SettledAsync();

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
        var after = await Rows.CountsAsync(Server);
        Assert.That(after["stripe_events"] - before["stripe_events"], Is.EqualTo(made.Count));
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from stripe_events where status <> 'applied'"), Is.Zero);
        Assert.That(after["entitlements"] - before["entitlements"], Is.EqualTo(subjects.Count + buyers.Count));
        await AsExpectedAsync(subjects, buyers);
        await TellAsync(made.Count, payloads, took);
    }

    private async Task<IEnumerable<JsonObject>> SubscriptionAsync(string subject)
    {
        var first = new StripeSubscription
        {
            Items = [new StripeLineItem(new StripePrice("price_pro", 2000) { Interval = "month" })], Created = Start, PeriodStart = Start, PeriodEnd = Start.AddMonths(1),
        };
        // Sold elsewhere and linked: the subject is known without a checkout for each.
        await Rows.ExecuteAsync(
            Server, "insert into stripe_links select workspace_id, mode, @id, @subject, 0 from stripe_connections where mode = 'test'", new { id = first.Id, subject });
        var events = new List<JsonObject>
        {
            StripeEvents.SubscriptionCreated(first with { Status = "incomplete" }, At(Start)),
            StripeEvents.SubscriptionUpdated(first, options: At(Start.AddSeconds(2))),
        };
        for (var period = 0; period < Periods; period++)
        {
            var turn = Start.AddMonths(period + 1);
            var state = first with { PeriodStart = turn, PeriodEnd = Start.AddMonths(period + 2) };
            events.Add(StripeEvents.SubscriptionUpdated(state, options: At(turn.AddSeconds(1))));
            events.Add(StripeEvents.InvoicePaid(
                new StripeInvoice { Subscription = state, BillingReason = "subscription_cycle", AmountDue = 2000, Created = turn, PaidAt = turn.AddHours(1), PeriodStart = turn, PeriodEnd = state.PeriodEnd },
                At(turn.AddHours(1))));
        }

        return events;
    }

    // One session that is told under two event ids.
    private async Task<IEnumerable<JsonObject>> PurchaseAsync(List<string> buyers)
    {
        var subject = NewSubject();
        buyers.Add(subject);
        var url = (await CheckoutAsync(subject, "PACK1000")).Url;
        var session = Stripe.Sessions.Single(one => one.Url == url) with { Status = "complete", PaymentStatus = "paid", Url = null, PaymentIntent = $"pi_{subject}" };
        return [StripeEvents.CheckoutSessionCompleted(session, At(Start.AddMinutes(1))), StripeEvents.CheckoutSessionCompleted(session, At(Start.AddMinutes(1)))];
    }

    private async Task AsExpectedAsync(List<string> subjects, List<string> buyers)
    {
        var end = Instant.Millis(Start.AddMonths(Periods + 1));
        var good = await Rows.ValueAsync<long>(
            Server, "select count(*) from entitlements where product_code = 'PRO' and status = 'active' and period_end = @end", new { end });
        Assert.That(good, Is.EqualTo(subjects.Count));
        Assert.That(await StateAsync(subjects[^1]), Is.EqualTo((true, "active", "subscription_active")));
        var units = await Rows.ValueAsync<long>(Server, "select count(*) from entitlements where product_code = 'PACK1000' and units_remaining = 1000");
        Assert.That(units, Is.EqualTo(buyers.Count));
    }

    private async Task TellAsync(int distinct, byte[][] payloads, TimeSpan took)
    {
        var db = Server.Services.GetRequiredService<Db>();
        await db.WriteAsync(session => session.ExecuteAsync("create table naive_events (id varchar(255) not null primary key, payload varchar(100000) not null)"), CancellationToken.None);
        await db.WriteAsync(session => session.ExecuteAsync("create table naive_state (id varchar(255) not null primary key, payload varchar(100000) not null)"), CancellationToken.None);
        var watch = Stopwatch.StartNew();
        await SendAllAsync(payloads.Length, async n =>
        {
            var made = JsonNode.Parse(payloads[n])!;
            var row = new { id = (string)made["id"]!, target = (string)made["data"]!["object"]!["id"]!, payload = System.Text.Encoding.UTF8.GetString(payloads[n]) };
            return await db.WriteAsync(
                async session =>
                {
                    await session.ExecuteAsync("insert into naive_events (id, payload) values (@id, @payload) on conflict (id) do nothing", row);
                    return await session.ExecuteAsync(
                        "insert into naive_state (id, payload) values (@target, @payload) on conflict (id) do update set payload = excluded.payload", row);
                },
                CancellationToken.None);
        });
        var naive = watch.Elapsed;
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{payloads.Length} deliveries of {distinct} events in {took.TotalSeconds:0.0} s: {payloads.Length / took.TotalSeconds:0} a second over HTTP, {distinct / took.TotalSeconds:0} new events a second; a naive store without HTTP, signature and rules: {payloads.Length / naive.TotalSeconds:0} a second, ratio {naive.TotalSeconds / took.TotalSeconds:0.00}"));
    }

    private static async Task<T[]> SendAllAsync<T>(int count, Func<int, Task<T>> send)
    {
        var (answers, next) = (new T[count], -1);
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async _ =>
        {
            for (var n = Interlocked.Increment(ref next); n < count; n = Interlocked.Increment(ref next))
                answers[n] = await send(n);
        }));
        return answers;
    }

    private static StripeEventOptions At(DateTimeOffset at) => new() { Created = at };
}
