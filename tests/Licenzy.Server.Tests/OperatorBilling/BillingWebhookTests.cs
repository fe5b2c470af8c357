using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.OperatorBilling;

/// <summary>Who may move a plan: the operator's Stripe account, and nobody else.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class BillingWebhookTests(Engine engine) : BillingFixture(engine)
{
    [TestCase("")]
    [TestCase("nonsense")]
    [TestCase("t=NOW,v0=SIGNATURE")]
    [TestCase("t=NOW,v1=")]
    [TestCase("t=NOW,t=NOW,v1=SIGNATURE")]
    [TestCase("v1=SIGNATURE")]
    [Spec(Route, "a missing or garbled signature is 400 and nothing is stored")]
    public async Task A_garbled_signature_is_refused(string header)
    {
        var payload = Sample();
        var right = Sign(payload).Split(",v1=");

        await RefusedAsync(payload, header.Replace("NOW", right[0][2..], StringComparison.Ordinal).Replace("SIGNATURE", right[1], StringComparison.Ordinal));
    }

    [Test]
    [Spec(Route, "a bad signature, a tenant's secret included, is 400 and nothing is stored")]
    [Spec("POST /v1/webhooks/stripe/tenant", "the secret of the operator's billing is 400")]
    public async Task Each_route_has_its_own_secret()
    {
        var payload = Sample();

        await RefusedAsync(payload, Sign(payload, Stripe.WebhookSecret));
        await RefusedAsync([.. payload, (byte)'\n'], Sign(payload));
        await RefusedAsync(payload, Sign(payload), "/v1/webhooks/stripe/tenant");
    }

    [TestCase(-301, 400)]
    [TestCase(-300, 200)]
    [TestCase(300, 200)]
    [TestCase(301, 400)]
    [Spec(Route, "300 s of tolerance, either way")]
    public async Task A_signature_has_300_seconds(int seconds, int status)
    {
        var payload = Sample();

        Assert.That((await PostAsync(payload, Sign(payload, at: Clock.GetUtcNow().AddSeconds(seconds)))).Status, Is.EqualTo(status));
    }

    [Test]
    [Spec(Route, "any v1 may match, under either secret of a roll")]
    public async Task A_secret_may_be_rolled()
    {
        var payload = Sample();

        Assert.That((await PostAsync(payload, Sign(payload, PreviousSecret))).Status, Is.EqualTo(200));
        Assert.That((await PostAsync(payload, StripeSignature.Sign(payload, ["whsec_other_one", Secret], Clock.GetUtcNow()))).Status, Is.EqualTo(200));
    }

    [Test]
    [Spec(Route, "a body over 1 MiB is 413")]
    public async Task A_body_goes_up_to_a_mebibyte()
    {
        var largest = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Sample()).PadRight(1024 * 1024));

        Assert.That((await PostAsync(largest)).Status, Is.EqualTo(200));
        var answer = await PostAsync([.. largest, (byte)' ']);
        Assert.That((answer.Status, answer.Error), Is.EqualTo((413, "payload_too_large")));
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"object":"event","id":"evt_1","type":"customer.subscription.updated","created":1785585600,"data":{}}""")]
    [TestCase("""{"object":"event","id":"evt_1","type":"customer.subscription.updated","created":0,"data":{"object":{"id":"sub_1"}}}""")]
    [TestCase("""{"object":"event","id":"evt_\u0000","type":"customer.subscription.updated","created":1785585600,"data":{"object":{"id":"sub_1"}}}""")]
    [TestCase("""{"object":"event","id":"evt_1","type":"customer.subscription.updated","created":1785585600,"data":{"object":{"id":"sub_1","metadata":{"licenzy_plan":"\ud800"}}}}""")]
    [Spec(Route, "signed nonsense is 400 and nothing is stored")]
    public async Task Signed_nonsense_is_refused(string text)
    {
        var before = await Rows.CountsAsync(Server);

        var answer = await PostAsync(Encoding.UTF8.GetBytes(text));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { "body" }));
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    [TestCase("customer.created")]
    [TestCase("invoice.paid")]
    [TestCase("charge.refunded")]
    [TestCase("a.type.of.tomorrow")]
    [Spec(Route, "an unknown type is 200 and stores nothing")]
    public async Task Other_types_leave_no_trace(string type)
    {
        var before = await Rows.CountsAsync(Server);
        var made = new StripeSample().Event("invoice.paid", Now());
        made["type"] = type;

        await DeliverAsync(made);

        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    [Test]
    [Spec(Route, "an event of an account connected to the operator's is 200 and stores nothing")]
    public async Task A_connected_account_pays_for_nothing()
    {
        using var tenant = await NewTenantAsync();
        var before = await Rows.CountsAsync(Server);
        var made = StripeEvents.SubscriptionCreated(SubscriptionOf(tenant.AccountId), Now());
        made["account"] = "acct_connected";

        await DeliverAsync(made);

        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    [TestCase("""{"id":"sub_1"}""")]
    [TestCase("""{"id":"sub_1","items":{"data":[null,5]},"metadata":[],"status":7,"customer":{}}""")]
    [TestCase("""{"id":"sub_1","items":{"data":[{"price":{"id":5}}]},"metadata":{"licenzy_account_id":"' or 1=1 --"},"status":"active"}""")]
    public async Task Hollow_objects_do_no_harm(string subject)
    {
        var made = StripeEvents.SubscriptionUpdated(SubscriptionOf(null), options: Now());
        made["data"] = new JsonObject { ["object"] = JsonNode.Parse(subject) };

        await DeliverAsync(made);

        Assert.That(await Rows.ValueAsync<string>(Server, "select status from billing_events where id = @id", new { id = (string)made["id"]! }), Is.EqualTo("unmatched"));
    }

    private byte[] Sample() => Bytes(StripeEvents.SubscriptionUpdated(SubscriptionOf(null), options: Now()));

    private async Task RefusedAsync(byte[] payload, string signature, string path = "/v1/webhooks/stripe/billing")
    {
        var before = await Rows.CountsAsync(Server);
        var answer = await PostAsync(payload, signature, path);

        Assert.That((answer.Status, answer.Error, answer.MediaType), Is.EqualTo((400, "invalid_request", "application/problem+json")), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { "Stripe-Signature" }));
        Assert.That(answer.Text, Does.Not.Contain("whsec_"));
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before), "stored");
    }
}
