using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Products;

/// <summary>Products change while people hold them (CONTRACT §2).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ProductLifeTests(Engine engine) : ServerFixture(engine)
{
    private int _products;

    [Test]
    [Spec("PUT /portal/products/{product_code}", "existing subscribers stay on the price they pay")]
    public async Task Who_subscribed_at_the_old_price_keeps_the_product()
    {
        var (code, _) = await NewProductAsync("subscription");
        var subject = NewSubject();
        var session = await Stripe.PayAsync((await CheckoutAsync(subject, code)).Url);
        Stripe.AddPrice($"price_{code}_new", 3000, recurring: true);
        var replaced = await Portal.SendAsync(HttpMethod.Put, $"/portal/products/{code}", new JsonObject
        {
            ["mode"] = "test", ["name"] = "Dearer", ["kind"] = "subscription", ["stripe_price_id"] = $"price_{code}_new",
        });
        Assert.That(replaced.Status, Is.EqualTo(200), replaced.Text);

        await Stripe.RenewAsync(session.Subscription!);
        var right = (await SummaryAsync(subject))["entitlements"]!.AsArray().Single()!;
        Assert.That(((string)right["product_code"]!, (bool)right["available"]!), Is.EqualTo((code, true)), right.ToJsonString());
    }

    [Test]
    [Spec("DELETE /portal/products/{id}", "204; it sells no more, and rights already granted live on")]
    [Spec("PUT /portal/products/{product_code}", "restores a deleted product under its id")]
    public async Task A_deleted_product_sells_no_more_but_its_rights_live_on_and_it_can_come_back()
    {
        var (code, id) = await NewProductAsync("subscription");
        var subject = NewSubject();
        Assert.That((await GrantAsync(subject, code)).Status, Is.EqualTo(201));
        Assert.That((await Portal.SendAsync(HttpMethod.Delete, $"/portal/products/{id}", (string?)null)).Status, Is.EqualTo(204));
        Assert.That(await AllowedAsync(subject), Is.True);
        var sale = await Runtime.PostAsync("/v1/checkout/session", new JsonObject { ["subject_ref"] = subject, ["product_code"] = code }, Wire.NewKey());
        Assert.That((sale.Status, sale.Error), Is.EqualTo((404, "product_not_found")));
        Assert.That((await Portal.SendAsync(HttpMethod.Delete, $"/portal/products/{id}", (string?)null)).Status, Is.EqualTo(404));

        var restored = await Portal.SendAsync(HttpMethod.Put, $"/portal/products/{code}", new JsonObject
        {
            ["mode"] = "test", ["name"] = "Back again", ["kind"] = "subscription", ["stripe_price_id"] = $"price_{code}",
        });
        Assert.That((restored.Status, (string)restored.Json["id"]!), Is.EqualTo((200, id)));
    }

    [TestCase("PATCH")]
    [TestCase("DELETE")]
    [Spec("PATCH /portal/products/{id}", "404 where ?mode= is not the product's")]
    [Spec("DELETE /portal/products/{id}", "404 where ?mode= is not the product's")]
    public async Task A_product_of_the_other_mode_is_not_there(string method)
    {
        var (code, id) = await NewProductAsync("usage_pack");
        var body = method == "PATCH" ? """{"name":"Other"}""" : null;
        var refused = await Portal.SendAsync(new HttpMethod(method), $"/portal/products/{id}?mode=live", body);
        Assert.That((refused.Status, refused.Error), Is.EqualTo((404, "not_found")), refused.Text);
        Assert.That((await Portal.SendAsync(new HttpMethod(method), $"/portal/products/{id}?mode=nonsense", body)).Fields, Is.EqualTo(new[] { "mode" }));
        var still = (await Portal.GetAsync("/portal/products?limit=100")).Json["data"]!.AsArray().Single(product => (string)product!["product_code"]! == code)!;
        Assert.That((string)still["name"]!, Is.Not.EqualTo("Other"));
        Assert.That((await Portal.SendAsync(new HttpMethod(method), $"/portal/products/{id}?mode=test", body)).Status, Is.EqualTo(method == "PATCH" ? 200 : 204));
    }

    [TestCase("POST", "/portal/products")]
    [TestCase("PUT", "/portal/products/PRO")]
    [TestCase("POST", "/portal/api-keys")]
    [TestCase("PUT", "/portal/stripe/connection")]
    [Spec("POST /portal/products", "400 on mode where body and query differ")]
    public async Task A_mode_in_the_query_is_no_other_than_the_body_s(string method, string path)
    {
        var body = path switch
        {
            "/portal/api-keys" => """{"mode":"test","name":"a key"}""",
            "/portal/stripe/connection" => $$"""{"mode":"test","secret_key":"{{Stripe.SecretKey}}","webhook_secret":"{{Stripe.WebhookSecret}}"}""",
            "/portal/products/PRO" => """{"mode":"test","name":"Pro","kind":"subscription","stripe_price_id":"price_pro"}""",
            _ => """{"mode":"test","product_code":"MODES","name":"Modes","kind":"usage_pack","stripe_price_id":"price_modes","units":1}""",
        };
        if (path == "/portal/products")
        {
            Stripe.AddPrice("price_modes", 100);
        }

        foreach (var query in new[] { "?mode=live", "?mode=nonsense", "?mode=test&mode=test" })
        {
            var refused = await Portal.SendAsync(new HttpMethod(method), path + query, body);
            Assert.That((refused.Status, refused.Fields), Is.EqualTo((400, new[] { "mode" })), query);
        }

        Assert.That((await Portal.SendAsync(new HttpMethod(method), path + "?mode=test", body)).Status, Is.EqualTo(200).Or.EqualTo(201));
    }

    [Test]
    [Spec("PATCH /portal/products/{id}", "changes what it names and nothing else")]
    public async Task A_patch_changes_what_it_names_and_nothing_else()
    {
        var (_, id) = await NewProductAsync("usage_pack");
        var patched = await Portal.SendAsync(HttpMethod.Patch, $"/portal/products/{id}", new JsonObject { ["units"] = 77 });
        Assert.That(patched.Status, Is.EqualTo(200), patched.Text);
        Assert.That(((long)patched.Json["units"]!, (string)patched.Json["name"]!), Is.EqualTo((77L, "A product")));
        var wrong = await Portal.SendAsync(HttpMethod.Patch, $"/portal/products/{id}", new JsonObject { ["units"] = 0 });
        Assert.That((wrong.Status, wrong.Fields.Single()), Is.EqualTo((400, "units")));
    }

    [Test]
    [Spec("PATCH /portal/products/{id}", "null takes an optional member away, or back to its default")]
    public async Task A_null_takes_an_optional_member_away()
    {
        var (_, id) = await NewProductAsync("subscription");
        var path = $"/portal/products/{id}";
        await Portal.SendAsync(HttpMethod.Patch, path, new JsonObject
        {
            ["units"] = 7, ["past_due_grace_days"] = 3, ["success_url"] = "https://example.com/yes", ["cancel_url"] = "https://example.com/no",
        });
        var answer = await Portal.SendAsync(HttpMethod.Patch, path, """{"units":null,"past_due_grace_days":null,"success_url":null}""");

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(((long?)answer.Json["units"], (long)answer.Json["past_due_grace_days"]!, (string?)answer.Json["success_url"]), Is.EqualTo(((long?)null, 21L, (string?)null)));
        Assert.That((string?)answer.Json["cancel_url"], Is.EqualTo("https://example.com/no"), "nobody spoke of it");
        var listed = (await Portal.GetAsync("/portal/products?limit=1")).Json["data"]![0]!;
        Assert.That((listed["units"], (string?)listed["success_url"]), Is.EqualTo(((JsonNode?)null, (string?)null)));
    }

    [TestCase("usage_pack", "units")]
    [TestCase("subscription", "name")]
    [TestCase("subscription", "stripe_price_id")]
    [Spec("PATCH /portal/products/{id}", "400 on a member that the product cannot be without, where it is null")]
    public async Task A_null_for_what_a_product_needs_is_refused(string kind, string member)
    {
        var (_, id) = await NewProductAsync(kind);
        var answer = await Portal.SendAsync(HttpMethod.Patch, $"/portal/products/{id}", $$"""{"{{member}}":null}""");
        Assert.That((answer.Status, answer.Fields.Single()), Is.EqualTo((400, member)), answer.Text);
    }

    [Test]
    [Spec("PUT /portal/products/{product_code}", "400 on kind where it would change")]
    public async Task A_product_does_not_change_its_kind()
    {
        var (code, _) = await NewProductAsync("usage_pack");
        // A price that a subscription may have, and no product has: the kind alone is wrong.
        Stripe.AddPrice($"price_{code}_monthly", 1000, recurring: true);
        var answer = await Portal.SendAsync(HttpMethod.Put, $"/portal/products/{code}", new JsonObject
        {
            ["mode"] = "test", ["name"] = "Other", ["kind"] = "subscription", ["stripe_price_id"] = $"price_{code}_monthly",
        });
        Assert.That((answer.Status, answer.Fields.Single()), Is.EqualTo((400, "kind")), answer.Text);
    }

    [TestCase("subscription", "price_pack1000", "recurring")]
    [TestCase("usage_pack", "price_pro", "one-time")]
    [TestCase("usage_pack", "price_inactive", "active")]
    [TestCase("usage_pack", "price_unknown", "not a price")]
    [Spec("POST /portal/products", "with a connection the price must fit at Stripe: recurring or one-time by kind, active")]
    public async Task A_price_that_does_not_fit_at_Stripe_is_refused(string kind, string price, string why)
    {
        Stripe.AddPrice("price_inactive", 100, active: false);
        var body = new JsonObject { ["mode"] = "test", ["product_code"] = "MISFIT", ["name"] = "Misfit", ["kind"] = kind, ["stripe_price_id"] = price };
        if (kind == "usage_pack")
        {
            body["units"] = 1;
        }

        var answer = await Portal.PostAsync("/portal/products", body);
        Assert.That((answer.Status, answer.Fields.Single()), Is.EqualTo((400, "stripe_price_id")), answer.Text);
        Assert.That(answer.Text, Does.Contain(why));
    }

    [Test]
    [Spec("POST /portal/products", "503 while Stripe cannot be asked about the price")]
    public async Task While_Stripe_cannot_be_asked_no_price_is_taken_on_trust()
    {
        Stripe.FailNext(3, System.Net.HttpStatusCode.InternalServerError);
        var answer = await Portal.PostAsync("/portal/products", new JsonObject
        {
            ["mode"] = "test", ["product_code"] = "UNSURE", ["name"] = "Unsure", ["kind"] = "usage_pack", ["stripe_price_id"] = "price_unsure", ["units"] = 1,
        });
        Assert.That((answer.Status, answer.Error), Is.EqualTo((503, "unavailable")));
        Assert.That(answer.Header("Retry-After"), Is.Not.Null);
    }

    [TestCase(System.Net.HttpStatusCode.Unauthorized, "api_key_expired")]
    [TestCase(System.Net.HttpStatusCode.Forbidden, "more_permissions_required")]
    [Spec("POST /portal/products", "502 stripe_error with Stripe's code and request where the connection's key is refused: the price is not to blame")]
    [Spec("PATCH /portal/products/{id}", "502 stripe_error with Stripe's code and request where the connection's key is refused")]
    public async Task A_refused_key_is_not_the_prices_fault(System.Net.HttpStatusCode status, string code)
    {
        var (_, id) = await NewProductAsync("subscription");
        var body = new JsonObject { ["mode"] = "test", ["product_code"] = "UNSEEN", ["name"] = "Unseen", ["kind"] = "subscription", ["stripe_price_id"] = "price_pro" };
        Stripe.FailNext(1, status, code);
        var made = await Portal.PostAsync("/portal/products", body);
        Stripe.FailNext(1, status, code);
        var changed = await Portal.SendAsync(HttpMethod.Patch, $"/portal/products/{id}", new JsonObject { ["stripe_price_id"] = "price_proplus" });

        foreach (var answer in new[] { made, changed })
        {
            Assert.That((answer.Status, answer.Error), Is.EqualTo((502, "stripe_error")), answer.Text);
            Assert.That((string)answer.Json["detail"]!, Does.Contain(code).And.Contain("req_"));
        }
    }

    private async Task<(string Code, string Id)> NewProductAsync(string kind)
    {
        var code = $"P{Interlocked.Increment(ref _products)}";
        Stripe.AddPrice($"price_{code}", 1000, recurring: kind == "subscription");
        var body = new JsonObject { ["mode"] = "test", ["product_code"] = code, ["name"] = "A product", ["kind"] = kind, ["stripe_price_id"] = $"price_{code}" };
        if (kind == "usage_pack")
        {
            body["units"] = 5;
        }

        var answer = await Portal.PostAsync("/portal/products", body);
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        return (code, (string)answer.Json["id"]!);
    }
}
