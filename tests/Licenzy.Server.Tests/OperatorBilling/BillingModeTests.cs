using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.OperatorBilling;

/// <summary>An operator tries the billing out in test mode, and opens.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class BillingModeTests(Engine engine) : BillingFixture(engine)
{
    [Test]
    [Spec(Route, "once an event of real money has come, test mode's are 200 and move no plan")]
    public async Task Test_money_buys_nothing_once_real_money_has_come()
    {
        using var tenant = await NewTenantAsync();
        await DeliverAsync(StripeEvents.SubscriptionCreated(SubscriptionOf(tenant.AccountId, "solo"), Now()));
        Assert.That(await tenant.PlanLineAsync(), Is.EqualTo("solo active active open"));
        using var other = await NewTenantAsync();
        await DeliverAsync(StripeEvents.SubscriptionCreated(SubscriptionOf(other.AccountId) with { Livemode = true }, Now()));
        Assert.That(await other.PlanLineAsync(), Is.EqualTo("team active active open"));

        using var late = await NewTenantAsync();
        var made = StripeEvents.SubscriptionCreated(SubscriptionOf(late.AccountId), Now());
        await DeliverAsync(made);

        Assert.That(await late.PlanLineAsync(), Is.EqualTo("none none restricted closed"));
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from billing_events where id = @id", new { id = (string)made["id"]! }), Is.Zero);
    }
}
