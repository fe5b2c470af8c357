using System.Net;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Order, duplicates and same-second ties never change the end state.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class EventOrderTests(Engine engine) : WebhookFixture(engine)
{
    private static readonly string[] First = ["checkout.session.completed", "customer.subscription.created", "customer.subscription.updated", "invoice.paid"];

    [Test]
    [Spec(Route, "every order of a subscription's first events, each sent twice, has one end state")]
    public async Task Every_order_of_the_first_events_ends_alike([Values("PRO", "PROPLUS")] string product)
    {
        var ends = new Dictionary<string, List<string>>();
        foreach (var order in Permutations(First))
        {
            var subject = NewSubject();
            Stripe.HoldEvents = true;
            await Stripe.PayAsync((await CheckoutAsync(subject, product, quantity: 2)).Url);
            Stripe.HoldEvents = false;
            var answers = await Stripe.ReleaseAsync(held => order.Concat(order.Reverse()).Select(type => held.Single(made => made.Type == type)));
            Assert.That(answers, Is.All.EqualTo(HttpStatusCode.OK));

            var end = Comparable(await SummaryAsync(subject));
            ends.TryAdd(end, []);
            ends[end].Add(string.Join(", ", order));
        }

        Assert.That(ends, Has.Count.EqualTo(1), string.Join("\n", ends.Select(end => $"{end.Key}\n    after {end.Value[0]} and {end.Value.Count - 1} more")));
        Assert.That(ends.Keys.Single(), Does.Contain("\"has_access\":true").And.Contain($"\"product_code\":\"{product}\""));
    }

    [Test]
    public async Task Every_order_of_a_delayed_payment_gives_its_units_once()
    {
        foreach (var order in Permutations(["checkout.session.completed", "checkout.session.async_payment_succeeded"]))
        {
            var subject = NewSubject();
            var url = (await CheckoutAsync(subject, "PACK1000")).Url;
            Stripe.HoldEvents = true;
            await Stripe.PayLaterAsync(url);
            await Stripe.SettleAsync(url);
            Stripe.HoldEvents = false;
            await Stripe.ReleaseAsync(held => order.Concat(order).Select(type => held.Single(made => made.Type == type)));

            Assert.That((long)(await RightAsync(subject))["usage_remaining"]!, Is.EqualTo(1000), string.Join(", ", order));
        }
    }

    [Test]
    public async Task Every_order_of_states_ends_in_the_newest()
    {
        var states = new Func<StripeSubscription, StripeSubscription>[]
        {
            state => state,
            state => state with { Status = "past_due" },
            state => state with { CancelAtPeriodEnd = true, CancelAt = state.PeriodEnd },
        };
        var ends = new HashSet<(bool, string, string)>();
        foreach (var order in Permutations([0, 1, 2]))
        {
            var subject = NewSubject();
            var state = await SubscriptionOfAsync(subject);
            var told = states.Select((change, n) =>
                StripeEvents.SubscriptionUpdated(change(state), options: Now() with { Created = Clock.GetUtcNow().AddSeconds(n - 5) })).ToArray();
            foreach (var n in order.Concat(order))
                await DeliverAsync(told[n]);
            ends.Add(await StateAsync(subject));
        }

        Assert.That(ends, Is.EqualTo(new HashSet<(bool, string, string)> { (true, "canceled", "subscription_canceling") }));
    }

    [Test]
    public async Task All_events_at_once_end_as_one_by_one()
    {
        var subject = NewSubject();
        Stripe.HoldEvents = true;
        await Stripe.PayAsync((await CheckoutAsync(subject, "PROPLUS")).Url);
        Stripe.HoldEvents = false;
        var made = Stripe.HeldEvents;
        await Stripe.ReleaseAsync(_ => []);

        var answers = await Task.WhenAll(made.Concat(made).Concat(made).Select(one => Stripe.RedeliverAsync(one.Id)));

        Assert.That(answers, Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));
        Assert.That((long)(await RightAsync(subject))["usage_remaining"]!, Is.EqualTo(100));
    }

    private static string Comparable(JsonNode summary)
    {
        foreach (var member in new[] { "subject_ref", "version", "decided_at" })
            summary.AsObject().Remove(member);
        foreach (var right in summary["entitlements"]!.AsArray())
            right!.AsObject().Remove("id");
        return summary.ToJsonString();
    }

    private static IEnumerable<T[]> Permutations<T>(T[] all) => all.Length <= 1
        ? [all]
        : all.SelectMany((first, n) => Permutations<T>([.. all[..n], .. all[(n + 1)..]]).Select(rest => (T[])[first, .. rest]));
}
