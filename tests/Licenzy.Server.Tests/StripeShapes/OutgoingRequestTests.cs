using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Starting;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeShapes;

/// <summary>What we send to Stripe is what Stripe's own description takes.</summary>
public sealed class OutgoingRequestTests
{
    private static readonly (string Kind, JsonObject Terms)[] Kinds =
    [
        ("subscription", []), ("time_pass", new JsonObject { ["duration_days"] = 30 }), ("usage_pack", new JsonObject { ["units"] = 1000 }),
    ];

    [Test]
    public async Task Every_checkout_of_every_kind_is_valid_at_Stripe()
    {
        var paths = StripeData.Read("stripe-openapi.trimmed.json")["paths"]!;
        await using var shop = await Shop.OpenAsync(Engine.Sqlite);
        await shop.ConnectAsync();
        foreach (var (kind, terms) in Kinds)
        {
            await shop.SellAsync(kind, kind, $"price_{kind}", terms.DeepClone().AsObject());
            foreach (var more in Bodies())
                await shop.CheckoutAsync($"{kind} {more.Count}", kind, more);
            // A second purchase by one who has paid before: Stripe's customer is named again.
            await shop.Stripe.PayAsync((string)(await shop.CheckoutAsync("known", kind)).Json["checkout_url"]!, "known@example.com");
        }

        var requests = shop.Stripe.Requests;
        Assert.That(requests.Count(request => request.Method == "POST"), Is.EqualTo(Kinds.Length * (Bodies().Count() + 1)));
        Assert.That(requests.Select(request => request.Field("customer")), Has.Some.Not.Null);
        Assert.That(requests.SelectMany(request => Problems(request, paths)), Is.Empty);
        Assert.That(requests.Where(request => request.Method == "POST").Select(request => request.IdempotencyKey), Is.Unique.And.All.StartsWith("licenzy-att_"));
        Assert.That(requests.Select(request => request.StripeVersion), Is.All.EqualTo(StripeEvents.CurrentApiVersion));
    }

    [Test]
    public async Task A_visit_to_the_portal_and_a_look_at_a_session_are_valid_at_Stripe()
    {
        var paths = StripeData.Read("stripe-openapi.trimmed.json")["paths"]!;
        await using var shop = await Shop.OpenAsync(Engine.Sqlite);
        await shop.ConnectAsync();
        await shop.SellAsync("PACK", "usage_pack", "price_pack", new JsonObject { ["units"] = 5 });
        var started = await shop.CheckoutAsync("visitor", "PACK");
        await shop.Runtime.GetAsync($"/v1/checkout/session/{(string)started.Json["attempt_id"]!}");
        var looked = shop.Stripe.Requests[^1];
        await shop.Stripe.PayAsync((string)started.Json["checkout_url"]!);
        var visit = await shop.Runtime.PostAsync(
            "/v1/billing-portal/session", new JsonObject { ["subject_ref"] = "visitor", ["return_url"] = "https://shop.example/me?a=1&b=ü#top" });

        Assert.That(visit.Status, Is.EqualTo(200), visit.Text);
        Assert.That(Problems(shop.Stripe.Requests[^1], paths), Is.Empty);
        Assert.That(shop.Stripe.Requests[^1].Field("return_url"), Is.EqualTo("https://shop.example/me?a=1&b=ü#top"));
        // The double takes no expansion that Stripe does not know.
        Assert.That((looked.Path, (int?)looked.Status), Is.EqualTo(($"/v1/checkout/sessions/{shop.Stripe.Sessions[0].Id}", 200)));
    }

    [Test]
    public void The_check_itself_finds_what_Stripe_would_refuse()
    {
        var sessions = StripeData.Read("stripe-openapi.trimmed.json")["paths"]!["/v1/checkout/sessions"]!["post"]!;

        foreach (var (key, value) in new[]
        {
            ("colour", "red"), ("mode", "gift"), ("line_items[0][prize]", "price_1"), ("line_items[0][quantity]", "two"), ("line_items", "none"),
            ("line_items[1][price]", "price_1"), ("line_items[0][price_data][unit_amount]", "5"), ("allow_promotion_codes", "yes"),
        })
            Assert.That(FormSchema.Problems(Form(sessions), [new(key, value)]), Is.Not.Empty, key);
        Assert.That(FormSchema.Problems(Form(sessions), [new("mode", "payment"), new("metadata[a]", "b"), new("line_items[0][quantity]", "2")]), Is.Empty);
    }

    private static IEnumerable<JsonObject> Bodies() =>
    [
        [],
        new JsonObject { ["quantity"] = 3 },
        new JsonObject { ["customer_email"] = "new@example.com", ["success_url"] = "https://shop.example/ok?session={CHECKOUT_SESSION_ID}" },
        new JsonObject
        {
            ["quantity"] = 1000,
            ["customer_email"] = "all+tag@example.com",
            ["success_url"] = "https://shop.example/ok?a=1&b=ü",
            ["cancel_url"] = "https://shop.example/cart#top",
            ["metadata"] = new JsonObject { ["order no"] = "a&b=c", ["ü"] = "😀", ["long"] = new string('x', 500) },
        },
    ];

    private static IEnumerable<string> Problems(StripeRequest request, JsonNode paths)
    {
        if (paths[request.Path]?[request.Method == "POST" ? "post" : "get"] is not { } operation)
            return request.Method == "GET" && request.Fields.Count == 0 ? [] : [$"{request.Method} {request.Path}: unknown at Stripe"];
        var metadata = request.Fields.Where(field => field.Key.StartsWith("metadata[", StringComparison.Ordinal)).ToList();
        // Bounds that stand in Stripe's prose, not in its schema.
        return
        [
            .. FormSchema.Problems(Form(operation), request.Fields).Select(problem => $"{request.Path}: {problem}"),
            .. metadata.Count > 50 ? ["too much metadata"] : Array.Empty<string>(),
            .. metadata.Where(field => field.Value.Length > 500 || field.Key.Length > "metadata[]".Length + 40).Select(field => $"{field.Key}: too long"),
            .. request.Field("client_reference_id")?.Length > 200 ? ["client_reference_id: too long"] : Array.Empty<string>(),
        ];
    }

    private static JsonNode Form(JsonNode operation) => operation["requestBody"]!["content"]!["application/x-www-form-urlencoded"]!["schema"]!;
}
