using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Whole stories of the double, told in every order: once the worker has settled, each ends as if it had been told in order.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class StoryOrderTests(Engine engine) : InboxFixture(engine)
{
    private const int Most = 5;

    // Paid: the purchase itself was told in order, before.
    private static readonly Dictionary<string, (string Product, bool Paid, Func<StripeDouble, StripeCheckoutSession, Func<TimeSpan, Task>, Task> Tell)> Stories = new()
    {
        ["a pass is bought and refunded"] = ("PASS30", false, async (stripe, session, wait) =>
        {
            await wait(TimeSpan.FromHours(1));
            await stripe.RefundAsync(session.Id);
        }),
        ["a pack's refund fails"] = ("PACK1000", true, async (stripe, session, wait) =>
        {
            var refund = await stripe.RefundAsync(session.Id);
            await wait(TimeSpan.FromHours(1));
            await stripe.FailRefundAsync(refund.Id);
        }),
        ["a pass is disputed and won"] = ("PASS30", true, async (stripe, session, wait) =>
        {
            var dispute = await stripe.DisputeAsync(session.Id);
            await wait(TimeSpan.FromHours(1));
            await stripe.WinDisputeAsync(dispute.Id);
        }),
        ["a pass is disputed and lost"] = ("PASS30", true, async (stripe, session, wait) =>
        {
            var dispute = await stripe.DisputeAsync(session.Id);
            await wait(TimeSpan.FromHours(1));
            await stripe.LoseDisputeAsync(dispute.Id);
        }),
        ["this month is refunded"] = ("PRO", true, async (stripe, session, wait) =>
        {
            await wait(TimeSpan.FromDays(1));
            await stripe.RefundAsync(InvoiceOf(stripe, session));
        }),
        ["this month's refund fails"] = ("PRO", true, async (stripe, session, wait) =>
        {
            var refund = await stripe.RefundAsync(InvoiceOf(stripe, session));
            await wait(TimeSpan.FromDays(1));
            await stripe.FailRefundAsync(refund.Id);
        }),
        ["a subscription is paid and ended"] = ("PRO", false, async (stripe, session, wait) =>
        {
            await wait(TimeSpan.FromDays(1));
            await stripe.CancelNowAsync(session.Subscription!);
        }),
    };

    private static IEnumerable<string> Names => Stories.Keys;

    [TestCaseSource(nameof(Names))]
    [Spec(Route, "every order of a story's events with refunds, disputes and ends has the end of the story in order")]
    public async Task Every_order_of_a_story_ends_alike(string name)
    {
        var story = Stories[name];
        var expected = await EndAsync(story.Product, story.Paid, story.Tell, order: null);
        var wrong = new List<string>();
        var told = 0;
        foreach (var order in Orders(expected.Events))
        {
            var end = await EndAsync(story.Product, story.Paid, story.Tell, order);
            told++;
            if (end.State != expected.State)
                wrong.Add($"{end.State} after {string.Join(", ", end.Types)}");
        }

        TestContext.Out.WriteLine($"{told} orders of {expected.Events} events end as {expected.State}: {string.Join(", ", expected.Types)}");
        Assert.That(wrong, Is.Empty, $"in order it ends as {expected.State}");
        Assert.That(told, Is.GreaterThan(1));
        Assert.That(await DeadlocksAsync(), Is.Zero, "deadlocks: PostgreSQL breaks them, after a second in which the customer waits");
    }

    private async Task<long> DeadlocksAsync() => Engine == Engine.Postgres
        ? await Rows.ValueAsync<long>(Server, "select deadlocks from pg_stat_database where datname = current_database()")
        : 0;

    private async Task<(string State, int Events, IReadOnlyList<string> Types)> EndAsync(
        string product, bool paid, Func<StripeDouble, StripeCheckoutSession, Func<TimeSpan, Task>, Task> tell, int[]? order)
    {
        var subject = NewSubject();
        Stripe.HoldEvents = !paid;
        var session = await Stripe.PayAsync((await CheckoutAsync(subject, product)).Url);
        Stripe.HoldEvents = true;
        await tell(Stripe, session, WaitAsync);
        string[] types = [];
        var events = 0;
        await ReleaseAsync(held =>
        {
            events = held.Count;
            SentStripeEvent[] sent = [.. order?.Select(n => held[n]) ?? held];
            types = [.. sent.Select(made => made.Type)];
            return sent;
        });
        // What came before that to which it belongs is tried again a little later.
        await WaitAsync(TimeSpan.FromSeconds(30));
        await SettledAsync();
        await WaitAsync(TimeSpan.FromMinutes(2));
        await SettledAsync();
        var right = await RightAsync(subject);
        return (string.Join(' ', await StateAsync(subject), right["usage_remaining"]?.ToJsonString() ?? "-"), events, types);
    }

    // All of them where they are few; else sixty drawn by a fixed seed.
    private static IEnumerable<int[]> Orders(int events)
    {
        if (events <= Most)
            return Permutations([.. Enumerable.Range(0, events)]);
        var random = new Random(events);
        return Enumerable.Range(0, 60).Select(_ =>
        {
            int[] order = [.. Enumerable.Range(0, events)];
            random.Shuffle(order);
            return order;
        });
    }

    private Task WaitAsync(TimeSpan time)
    {
        Clock.Advance(time);
        return Task.CompletedTask;
    }

    private static string InvoiceOf(StripeDouble stripe, StripeCheckoutSession session) =>
        stripe.Invoices.Last(invoice => invoice.Subscription.Id == session.Subscription).Id;

    private static IEnumerable<int[]> Permutations(int[] all) => all.Length <= 1
        ? [all]
        : all.SelectMany((first, n) => Permutations([.. all[..n], .. all[(n + 1)..]]).Select(rest => (int[])[first, .. rest]));
}
