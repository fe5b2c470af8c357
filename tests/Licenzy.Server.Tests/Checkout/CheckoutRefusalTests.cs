using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Checkout;

/// <summary>Purchases that cannot be started, each with its own code.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class CheckoutRefusalTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "POST /v1/checkout/session";

    [Test]
    [Spec(Route, "502 stripe_error when Stripe refuses, with its code and request id, without a secret; the key may be used again")]
    public async Task A_price_unknown_to_Stripe_is_its_refusal_and_can_be_mended()
    {
        // Only before its mode is connected does a product take a price on trust.
        using var shop = await OtherWorkspace.MakeAsync(Server);
        await CreatedAsync("test", "NOPRICE", "price_unknown1", shop.Portal);
        var connected = await shop.Portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", new JsonObject { ["mode"] = "test", ["secret_key"] = Stripe.SecretKey });
        Assert.That(connected.Status, Is.EqualTo(200), connected.Text);
        using var app = await shop.AppAsync();
        var (body, key) = (Of(NewSubject(), "NOPRICE"), Wire.NewKey());

        var refused = await app.PostAsync("/v1/checkout/session", body, key);
        var asked = Stripe.Requests[^1];
        Stripe.AddPrice("price_unknown1", 100);
        var mended = await app.PostAsync("/v1/checkout/session", body, key);

        Assert.That((refused.Status, refused.Error, refused.MediaType), Is.EqualTo((502, "stripe_error", "application/problem+json")), refused.Text);
        Assert.That((string)refused.Json["detail"]!, Does.Contain("resource_missing").And.Contain(asked.RequestId));
        Assert.That(refused.Text, Does.Not.Contain(Stripe.SecretKey).And.Not.Contain(Stripe.SecretKey[^8..]));
        Assert.That(mended.Status, Is.EqualTo(201), mended.Text);
        Assert.That((string)mended.Json["attempt_id"]!, Is.Not.EqualTo(asked.Field("client_reference_id")), "a new attempt");
    }

    [Test]
    [Spec(Route, "404 product_not_found")]
    public async Task An_unknown_product_is_not_found([Values("NONE", "pro", "PRO ", "😀")] string code)
    {
        var answer = await BuyAsync(Of(NewSubject(), code));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((404, "product_not_found")), answer.Text);
    }

    [Test]
    [Spec(Route, "409 stripe_not_connected")]
    public async Task Without_a_connection_there_is_no_checkout()
    {
        await CreatedAsync("live", "LIVEPRO", "price_livepro");
        var key = Wire.NewKey();

        var answer = await Live.PostAsync("/v1/checkout/session", Of("user", "LIVEPRO"), key);
        var again = await Live.PostAsync("/v1/checkout/session", Of("user", "LIVEPRO"), key);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((409, "stripe_not_connected")), answer.Text);
        Assert.That(again.Header("Idempotency-Replayed"), Is.Null, "not kept");
    }

    [Test]
    [Spec(Route, "409 already_subscribed for the same live subscription product; other products and one-time purchases are free")]
    public async Task A_subscriber_cannot_subscribe_again()
    {
        var subject = NewSubject();
        await Stripe.PayAsync((await CheckoutAsync(subject, "PRO")).Url);
        await Stripe.PayAsync((await CheckoutAsync(subject, "PASS30")).Url);

        var answer = await BuyAsync(Of(subject, "PRO"));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((409, "already_subscribed")), answer.Text);
        Assert.That((await BuyAsync(Of(subject, "PROPLUS"))).Status, Is.EqualTo(201));
        Assert.That((await BuyAsync(Of(subject, "PASS30"))).Status, Is.EqualTo(201));
        Assert.That((await BuyAsync(Of(NewSubject(), "PRO"))).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Who_canceled_may_subscribe_again()
    {
        var subject = NewSubject();
        var session = await Stripe.PayAsync((await CheckoutAsync(subject, "PRO")).Url);
        await Stripe.CancelNowAsync(session.Subscription!);

        Assert.That((await BuyAsync(Of(subject, "PRO"))).Status, Is.EqualTo(201));
    }

    [TestCase("quantity", "0")]
    [TestCase("quantity", "-1")]
    [TestCase("quantity", "1001")]
    [TestCase("success_url", "\"http://example.com/ok\"")]
    [TestCase("success_url", "\"/ok\"")]
    [TestCase("success_url", "\"javascript:alert(1)\"")]
    [TestCase("success_url", "\"https://a:b@example.com/\"")]
    [TestCase("success_url", "\"https://example.com/a b\"")]
    [TestCase("cancel_url", "\"ftp://example.com/\"")]
    [TestCase("customer_email", "\"jo\"")]
    [TestCase("customer_email", "\"\"")]
    [TestCase("customer_email", "\"Jo <jo@example.com>\"")]
    [TestCase("customer_email", "\"jo@example.com \"")]
    [TestCase("metadata", """{"licenzy_attempt_id":"att_1"}""")]
    [TestCase("metadata", """{"a[b]":"c"}""")]
    [TestCase("metadata", """{"":"c"}""")]
    [TestCase("metadata", """{"a":""}""")]
    [TestCase("metadata", """{"a":null}""")]
    [TestCase("product_code", "\"\"")]
    [Spec(Route, "quantity, return pages, e-mail address and metadata have bounds; what is over them never reaches Stripe")]
    public async Task What_is_out_of_bounds_is_refused_by_name(string field, string value)
    {
        var before = Stripe.Requests.Count;
        var body = Of(NewSubject(), "PACK1000");
        body[field] = JsonNode.Parse(value);

        var answer = await BuyAsync(body);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { field }));
        Assert.That(Stripe.Requests, Has.Count.EqualTo(before));
    }

    [TestCase(20, 40, 500, 201)]
    [TestCase(21, 40, 500, 400)]
    [TestCase(1, 41, 1, 400)]
    [TestCase(1, 1, 501, 400)]
    public async Task Metadata_goes_up_to_its_bounds(int entries, int nameLength, int valueLength, int status)
    {
        var body = Of(NewSubject(), "PACK1000");
        body["metadata"] = new JsonObject(Enumerable.Range(0, entries).Select(n =>
            KeyValuePair.Create($"{n}".PadLeft(nameLength, 'n'), (JsonNode?)new string('v', valueLength))));

        Assert.That((await BuyAsync(body)).Status, Is.EqualTo(status));
    }

    private static JsonObject Of(string subject, string product) => new() { ["subject_ref"] = subject, ["product_code"] = product };

    private Task<Answer> BuyAsync(JsonObject body, string? key = null) => Runtime.PostAsync("/v1/checkout/session", body, key ?? Wire.NewKey());

    private async Task CreatedAsync(string mode, string code, string price, Wire? portal = null)
    {
        var answer = await (portal ?? Portal).PostAsync("/portal/products", new JsonObject
        {
            ["mode"] = mode, ["product_code"] = code, ["name"] = code, ["kind"] = "usage_pack", ["stripe_price_id"] = price, ["units"] = 1,
        });
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
    }
}
