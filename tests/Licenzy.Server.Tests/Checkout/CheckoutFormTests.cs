using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Checkout;

/// <summary>What Stripe is asked for a purchase.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class CheckoutFormTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "POST /v1/checkout/session";

    [Test]
    [Spec(Route, "201 with attempt_id, status created, checkout_url, mode and expires_at")]
    public async Task The_answer_has_the_contracts_members()
    {
        var answer = await BuyAsync(new JsonObject { ["subject_ref"] = NewSubject(), ["product_code"] = "PRO" });

        var session = Stripe.Sessions[^1];
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        Assert.That(answer.Json.AsObject().Select(member => member.Key), Is.EqualTo(new[] { "attempt_id", "status", "checkout_url", "mode", "expires_at" }));
        Assert.That((string)answer.Json["attempt_id"]!, Does.Match("^att_[0-9A-HJKMNP-TV-Z]{26}$").And.EqualTo(session.ClientReferenceId));
        Assert.That((string)answer.Json["status"]!, Is.EqualTo("created"));
        Assert.That((string)answer.Json["mode"]!, Is.EqualTo("test"));
        Assert.That((string)answer.Json["checkout_url"]!, Is.EqualTo(session.Url));
        Assert.That((string)answer.Json["expires_at"]!, Is.EqualTo(Wire.Time(session.ExpiresAt)));
    }

    [TestCase("PRO", "subscription", "price_pro", "subscription_data")]
    [TestCase("PASS30", "payment", "price_pass30", "payment_intent_data")]
    [TestCase("PACK1000", "payment", "price_pack1000", "payment_intent_data")]
    [Spec(Route, "the metadata stands on the session and on subscription_data or payment_intent_data")]
    [Spec(Route, "client_reference_id is the attempt id; Stripe's Idempotency-Key is derived from the attempt")]
    public async Task The_form_is_complete(string product, string mode, string price, string made)
    {
        var subject = NewSubject();
        var answer = await BuyAsync(new JsonObject
        {
            ["subject_ref"] = subject, ["product_code"] = product, ["quantity"] = 2, ["customer_email"] = "jo@example.com",
            ["success_url"] = "https://app.example.com/ok?s={CHECKOUT_SESSION_ID}", ["cancel_url"] = "http://localhost:3000/no",
            ["metadata"] = new JsonObject { ["order"] = "A & B = ü", ["page"] = "pricing" },
        });
        var attempt = (string)answer.Json["attempt_id"]!;

        var request = Stripe.Requests[^1];
        var expected = new Dictionary<string, string>
        {
            ["mode"] = mode, ["client_reference_id"] = attempt, ["line_items[0][price]"] = price, ["line_items[0][quantity]"] = "2",
            ["success_url"] = "https://app.example.com/ok?s={CHECKOUT_SESSION_ID}", ["cancel_url"] = "http://localhost:3000/no",
            ["customer_email"] = "jo@example.com",
        };
        if (mode == "payment")
            expected["customer_creation"] = "always";
        foreach (var place in new[] { "metadata", $"{made}[metadata]" })
        {
            expected[$"{place}[licenzy_attempt_id]"] = attempt;
            expected[$"{place}[licenzy_subject_ref]"] = subject;
            expected[$"{place}[licenzy_product_code]"] = product;
            expected[$"{place}[order]"] = "A & B = ü";
            expected[$"{place}[page]"] = "pricing";
        }

        Assert.That((request.Method, request.Path), Is.EqualTo(("POST", "/v1/checkout/sessions")));
        Assert.That(request.Fields, Is.EquivalentTo(expected));
        Assert.That(request.IdempotencyKey, Does.Contain(attempt));
        Assert.That((request.StripeVersion, request.HasAuthorization), Is.EqualTo((StripeEvents.CurrentApiVersion, true)));
        Assert.That(request.ContentType, Does.StartWith("application/x-www-form-urlencoded"));
    }

    [Test]
    [Spec(Route, "the subject's Stripe customer is reused")]
    public async Task The_second_purchase_names_the_customer_of_the_first([Values("PRO", "PACK1000")] string first)
    {
        var subject = NewSubject();
        var paid = await Stripe.PayAsync((await CheckoutAsync(subject, first)).Url);

        await BuyAsync(new JsonObject { ["subject_ref"] = subject, ["product_code"] = "PASS30", ["customer_email"] = "other@example.com" });

        var request = Stripe.Requests[^1];
        Assert.That(paid.Customer, Does.StartWith("cus_"));
        Assert.That(request.Field("customer"), Is.EqualTo(paid.Customer));
        Assert.That((request.Field("customer_email"), request.Field("customer_creation")), Is.EqualTo(((string?)null, (string?)null)), "Stripe takes one or the other");
    }

    [Test]
    [Spec("GET /checkout/success", "where a payer comes back to by default; it opens nothing by itself")]
    [Spec("GET /checkout/cancel", "where a payer who turned back comes to by default")]
    public async Task The_default_return_pages_are_ours_and_open_nothing()
    {
        var subject = NewSubject();
        await CheckoutAsync(subject, "PRO");
        var request = Stripe.Requests[^1];

        foreach (var (field, path) in new[] { ("success_url", "/checkout/success"), ("cancel_url", "/checkout/cancel") })
        {
            Assert.That(request.Field(field), Is.EqualTo(new Uri(Server.BaseAddress, path).AbsoluteUri));
            var page = await Runtime.GetAsync($"{path}?session_id=cs_test_1");
            Assert.That((page.Status, page.MediaType), Is.EqualTo((200, "text/html")));
            Assert.That(page.Text, Does.Contain("<h1>").And.Not.Contain("cs_test_1"));
        }

        Assert.That(await AllowedAsync(subject), Is.False, "a visit is no payment");
    }

    [Test]
    public async Task The_products_own_pages_come_before_the_default()
    {
        Stripe.AddPrice("price_pages", 100);
        await Portal.PostAsync("/portal/products", new JsonObject
        {
            ["mode"] = "test", ["product_code"] = "PAGES", ["name"] = "Pages", ["kind"] = "usage_pack", ["stripe_price_id"] = "price_pages", ["units"] = 1,
            ["success_url"] = "https://shop.example.com/thanks", ["cancel_url"] = "https://shop.example.com/back",
        });

        await BuyAsync(new JsonObject { ["subject_ref"] = NewSubject(), ["product_code"] = "PAGES", ["cancel_url"] = "https://app.example.com/own" });

        Assert.That(Stripe.Requests[^1].Field("success_url"), Is.EqualTo("https://shop.example.com/thanks"));
        Assert.That(Stripe.Requests[^1].Field("cancel_url"), Is.EqualTo("https://app.example.com/own"));
    }

    private Task<Answer> BuyAsync(JsonObject body) => Runtime.PostAsync("/v1/checkout/session", body, Wire.NewKey());
}
