using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.OperatorBilling;

/// <summary>Whose subscription it is, and that order and duplicates never change the end.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class BillingOrderTests(Engine engine) : BillingFixture(engine)
{
    [Test]
    [Spec(Route, "every order of a subscription's events, each sent twice, has one end state")]
    public async Task Every_order_ends_alike([Values] bool ended)
    {
        var ends = new HashSet<string>();
        foreach (var order in Permutations([0, 1, 2, 3]))
        {
            using var tenant = await NewTenantAsync();
            var state = SubscriptionOf(null);
            JsonObject[] told =
            [
                CheckoutOf(state, tenant.AccountId),
                StripeEvents.SubscriptionCreated(state with { Status = "incomplete" }, Now()),
                StripeEvents.SubscriptionUpdated(state, options: Now()),
                ended ? StripeEvents.SubscriptionDeleted(state with { Status = "canceled" }, Now(2)) : StripeEvents.SubscriptionUpdated(state with { Status = "past_due" }, options: Now(2)),
            ];
            foreach (var n in order.Concat(order))
                await DeliverAsync(told[n]);
            ends.Add(await tenant.PlanLineAsync());
        }

        Assert.That(ends, Is.EqualTo(new[] { ended ? "team canceled restricted closed" : "team past_due active open" }));
    }

    [Test]
    [Spec(Route, "a duplicate is 200 and changes nothing")]
    public async Task An_event_counts_once()
    {
        using var tenant = await NewTenantAsync();
        var made = StripeEvents.SubscriptionCreated(SubscriptionOf(tenant.AccountId), Now());
        await DeliverAsync(made);
        var before = await Rows.CountsAsync(Server);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => DeliverAsync(made)));

        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    [Test]
    public async Task All_events_at_once_end_as_one_by_one()
    {
        using var tenant = await NewTenantAsync();
        var state = SubscriptionOf(null);
        JsonObject[] told = [StripeEvents.SubscriptionUpdated(state, options: Now()), CheckoutOf(state, tenant.AccountId), StripeEvents.SubscriptionCreated(state with { Status = "incomplete" }, Now())];

        await Task.WhenAll(told.Concat(told).Concat(told).Select(DeliverAsync));

        Assert.That(await tenant.PlanLineAsync(), Is.EqualTo("team active active open"));
    }

    [Test]
    [Spec(Route, "a later subscription of a customer who pays for one account is that account's")]
    public async Task A_known_customer_needs_no_name()
    {
        using var tenant = await NewTenantAsync();
        var first = SubscriptionOf(tenant.AccountId, "solo");
        await DeliverAsync(StripeEvents.SubscriptionCreated(first, Now()));
        await DeliverAsync(StripeEvents.SubscriptionDeleted(first with { Status = "canceled" }, Now(1)));

        await DeliverAsync(StripeEvents.SubscriptionCreated(SubscriptionOf(null) with { Customer = first.Customer }, Now(2)));

        Assert.That(await tenant.PlanLineAsync(), Is.EqualTo("team active active open"));
    }

    [Test]
    [Spec(Route, "no other account's plan moves")]
    public async Task Other_accounts_are_left_alone()
    {
        using var tenant = await NewTenantAsync();
        using var other = await NewTenantAsync();
        var theirs = SubscriptionOf(other.AccountId, "solo");
        await DeliverAsync(StripeEvents.SubscriptionCreated(theirs, Now()));
        var before = (await other.PlanAsync()).ToJsonString();
        var state = SubscriptionOf(tenant.AccountId);

        await DeliverAsync(StripeEvents.SubscriptionCreated(state, Now()));
        await DeliverAsync(StripeEvents.SubscriptionDeleted(state with { Status = "canceled" }, Now(1)));
        // A checkout that names another account takes over no subscription whose own metadata names its account.
        await DeliverAsync(CheckoutOf(theirs, tenant.AccountId));

        Assert.That((await other.PlanAsync()).ToJsonString(), Is.EqualTo(before));
        Assert.That(await tenant.PlanLineAsync(), Is.EqualTo("team canceled restricted closed"));
    }

    [TestCase("acc_00000000000000000000000001")]
    [TestCase(null)]
    [Spec(Route, "an event that names no account here is 200, kept, and moves no plan")]
    public async Task An_unknown_account_is_kept(string? account)
    {
        var made = StripeEvents.SubscriptionCreated(SubscriptionOf(account), Now());
        var before = await Rows.CountAsync(Server, "account_subscriptions");

        await DeliverAsync(made);

        Assert.That(await Rows.ValueAsync<string>(Server, "select status from billing_events where id = @id", new { id = (string)made["id"]! }), Is.EqualTo("unmatched"));
        Assert.That(await Rows.CountAsync(Server, "account_subscriptions"), Is.EqualTo(before));
    }

    [Test]
    [Spec(Route, "the client reference of a payment link names nobody: it is the payer's to choose")]
    public async Task A_payment_link_names_nobody()
    {
        using var tenant = await NewTenantAsync();
        var state = SubscriptionOf(null);
        var checkout = CheckoutOf(state, tenant.AccountId);
        checkout["data"]!["object"]!["payment_link"] = "plink_1";

        await DeliverAsync(checkout);
        await DeliverAsync(StripeEvents.SubscriptionCreated(state, Now()));

        Assert.That(await tenant.PlanLineAsync(), Is.EqualTo("none none restricted closed"));
    }

    [TestCase("""{"licenzy_plan":"enterprise"}""", "\"team_monthly\"", "enterprise")]
    [TestCase("{}", "\"team_monthly\"", "team_monthly")]
    [TestCase("{}", "null", "prod_team")]
    public async Task The_plan_is_named_by_metadata_then_lookup_key_then_product(string metadata, string lookupKey, string plan)
    {
        using var tenant = await NewTenantAsync();
        var made = StripeEvents.SubscriptionCreated(SubscriptionOf(null), Now());
        var named = JsonNode.Parse(metadata)!;
        named["licenzy_account_id"] = tenant.AccountId;
        made["data"]!["object"]!["metadata"] = named;
        var price = made["data"]!["object"]!["items"]!["data"]![0]!["price"]!;
        price["lookup_key"] = JsonNode.Parse(lookupKey);
        price["product"] = "prod_team";

        await DeliverAsync(made);

        Assert.That((string)(await tenant.PlanAsync())["plan"]!, Is.EqualTo(plan));
    }
}
