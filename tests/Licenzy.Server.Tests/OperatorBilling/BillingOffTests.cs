using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.OperatorBilling;

/// <summary>A server whose operator bills nobody.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class BillingOffTests(Engine engine) : ServerFixture(engine)
{
    [Test]
    [Spec("POST /v1/webhooks/stripe/billing", "unconfigured is 503 unavailable, and nothing is stored")]
    public async Task Unconfigured_is_unavailable()
    {
        var before = await Rows.CountsAsync(Server);

        var answer = await Runtime.PostAsync("/v1/webhooks/stripe/billing", new StripeSample().Event("customer.subscription.created"));

        Assert.That((answer.Status, answer.Error, answer.Header("Retry-After")), Is.EqualTo((503, "unavailable", "3600")));
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    [Test]
    public async Task Live_mode_is_open()
    {
        using var tenant = await Tenant.MakeAsync(Server, Clock.GetUtcNow());

        Assert.That(await tenant.PlanLineAsync(), Is.EqualTo("self_hosted active active open"));
        Assert.That(await tenant.TryNewAsync(), Is.EqualTo("409 stripe_not_connected, 201 -, 201 -, 200 -"));
    }
}
