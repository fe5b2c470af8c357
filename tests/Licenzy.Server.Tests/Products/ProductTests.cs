using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Products;

/// <summary>Products: which Stripe price gives which right.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ProductTests(Engine engine) : ServerFixture(engine)
{
    private const string Create = "POST /portal/products";
    private const string List = "GET /portal/products";

    private int _made;

    [TestCase("""{"kind":"subscription"}""")]
    [TestCase("""{"kind":"subscription","units":100,"past_due_grace_days":0}""")]
    [TestCase("""{"kind":"subscription","past_due_grace_days":365}""")]
    [TestCase("""{"kind":"time_pass","duration_days":36500}""")]
    [TestCase("""{"kind":"usage_pack","units":1000000000,"duration_days":1}""")]
    [TestCase("""{"kind":"usage_pack","units":1,"success_url":"http://localhost:3000/ok","cancel_url":"https://example.com/no"}""")]
    [Spec(Create, "201 with the product; past_due_grace_days is 21 unless given")]
    public async Task A_right_product_is_made(string json)
    {
        var body = New(json);

        var answer = await Portal.PostAsync("/portal/products", body);

        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        foreach (var (name, value) in body)
            Assert.That(JsonNode.DeepEquals(answer.Json[name], value), name);
        Assert.That((string)answer.Json["id"]!, Does.Match("^prd_[0-9A-HJKMNP-TV-Z]{26}$"));
        Assert.That((long)answer.Json["past_due_grace_days"]!, Is.EqualTo((long?)body["past_due_grace_days"] ?? 21));
    }

    [TestCase("""{"kind":"pass"}""", "kind")]
    [TestCase("""{"kind":"TimePass"}""", "kind")]
    [TestCase("""{"kind":"subscription","mode":"prod"}""", "mode")]
    [TestCase("""{"kind":"subscription","product_code":""}""", "product_code")]
    [TestCase("""{"kind":"subscription","product_code":"a b"}""", "product_code")]
    [TestCase("""{"kind":"subscription","product_code":"ä"}""", "product_code")]
    [TestCase("""{"kind":"subscription","product_code":"a/b"}""", "product_code")]
    [TestCase("""{"kind":"subscription","name":""}""", "name")]
    [TestCase("""{"kind":"subscription","name":"a\u0007"}""", "name")]
    [TestCase("""{"kind":"subscription","stripe_price_id":"prod_1"}""", "stripe_price_id")]
    [TestCase("""{"kind":"subscription","stripe_price_id":"price_"}""", "stripe_price_id")]
    [TestCase("""{"kind":"subscription","stripe_price_id":"price_a b"}""", "stripe_price_id")]
    [TestCase("""{"kind":"subscription","duration_days":30}""", "duration_days")]
    [TestCase("""{"kind":"time_pass"}""", "duration_days")]
    [TestCase("""{"kind":"time_pass","duration_days":0}""", "duration_days")]
    [TestCase("""{"kind":"time_pass","duration_days":36501}""", "duration_days")]
    [TestCase("""{"kind":"time_pass","duration_days":30,"units":5}""", "units")]
    [TestCase("""{"kind":"time_pass","duration_days":30,"past_due_grace_days":5}""", "past_due_grace_days")]
    [TestCase("""{"kind":"usage_pack"}""", "units")]
    [TestCase("""{"kind":"usage_pack","units":0}""", "units")]
    [TestCase("""{"kind":"usage_pack","units":1000000001}""", "units")]
    [TestCase("""{"kind":"usage_pack","units":5,"duration_days":-1}""", "duration_days")]
    [TestCase("""{"kind":"subscription","past_due_grace_days":-1}""", "past_due_grace_days")]
    [TestCase("""{"kind":"subscription","past_due_grace_days":366}""", "past_due_grace_days")]
    [TestCase("""{"kind":"subscription","success_url":"http://example.com"}""", "success_url")]
    [TestCase("""{"kind":"subscription","cancel_url":"example.com"}""", "cancel_url")]
    [Spec(Create, "every member has its rule, some by kind; the refusal names the member")]
    public async Task What_breaks_a_rule_is_refused_by_name(string json, string field)
    {
        var answer = await Portal.PostAsync("/portal/products", New(json));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { field }));
    }

    [Test]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        var answer = await Portal.PostAsync("/portal/products", New("""{"kind":"time_pass","mode":"x","name":"","units":0}"""));

        Assert.That(answer.Fields, Is.SupersetOf(new[] { "mode", "name", "duration_days", "units" }));
    }

    [Test]
    [Spec(Create, "409 product_exists in the same mode; the other mode is free")]
    public async Task A_code_is_taken_once_a_mode()
    {
        var body = New("""{"kind":"subscription"}""");
        Assert.That((await Portal.PostAsync("/portal/products", body)).Status, Is.EqualTo(201));
        Stripe.AddPrice("price_another", 100, recurring: true);
        body["stripe_price_id"] = "price_another";
        var again = await Portal.PostAsync("/portal/products", body);
        body["mode"] = "live";
        var live = await Portal.PostAsync("/portal/products", body);

        Assert.That((again.Status, again.Error), Is.EqualTo((409, "product_exists")), again.Text);
        Assert.That(live.Status, Is.EqualTo(201), live.Text);
    }

    [Test]
    [Spec(Create, "one price says one product")]
    public async Task A_price_is_taken_once_a_mode()
    {
        var answer = await Portal.PostAsync("/portal/products", New("""{"kind":"subscription","stripe_price_id":"price_pro"}"""));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { "stripe_price_id" }));
        Assert.That((string)answer.Json["detail"]!, Does.Contain("PRO"));
    }

    [Test]
    [Spec(Create, "ten at once of one code make one product")]
    public async Task One_code_at_once_is_one_product()
    {
        var body = New("""{"kind":"subscription"}""");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Portal.PostAsync("/portal/products", body)));

        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(1));
        Assert.That(answers.Where(answer => answer.Status != 201).Select(answer => answer.Error), Is.All.EqualTo("product_exists"));
    }

    [Test]
    [Spec(Create, "ten at once at one price make one product")]
    public async Task One_price_at_once_is_one_product()
    {
        var price = New("""{"kind":"subscription"}""")["stripe_price_id"]!;
        JsonObject[] bodies = [.. Enumerable.Range(0, 10).Select(_ => New($$"""{"kind":"subscription","stripe_price_id":"{{price}}"}"""))];

        var answers = await Task.WhenAll(bodies.Select(body => Portal.PostAsync("/portal/products", body)));

        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(1));
        Assert.That(answers.Where(answer => answer.Status != 201).Select(answer => string.Join(",", answer.Fields)), Is.All.EqualTo("stripe_price_id"));
    }

    [Test]
    [Spec(List, "the products of one mode, newest first, page by page")]
    public async Task The_list_is_of_one_mode()
    {
        var live = New("""{"kind":"subscription","mode":"live"}""");
        await Portal.PostAsync("/portal/products", live);

        var (test, real) = (await CodesAsync("?limit=100"), await CodesAsync("?mode=live&limit=100"));
        var first = (await Portal.GetAsync("/portal/products?limit=3")).Json;
        var second = (await Portal.GetAsync($"/portal/products?limit=1&cursor={first["next_cursor"]}")).Json;

        Assert.That(test, Is.SupersetOf(new[] { "PRO", "PROPLUS", "PASS30", "PACK1000" }).And.No.Member((string)live["product_code"]!));
        Assert.That(real, Does.Contain((string)live["product_code"]!).And.No.Member("PRO"));
        Assert.That(test.TakeLast(4), Is.EqualTo(new[] { "PACK1000", "PASS30", "PROPLUS", "PRO" }));
        Assert.That((string)second["data"]![0]!["product_code"]!, Is.EqualTo(test[3]));
    }

    private JsonObject New(string json)
    {
        var number = Interlocked.Increment(ref _made);
        var body = new JsonObject { ["mode"] = "test", ["product_code"] = $"P-{number}.x", ["name"] = "New", ["stripe_price_id"] = $"price_new{number}" };
        foreach (var (name, value) in JsonNode.Parse(json)!.AsObject())
            body[name] = value?.DeepClone();
        Stripe.AddPrice($"price_new{number}", 100, recurring: (string?)body["kind"] == "subscription");
        return body;
    }

    private async Task<string[]> CodesAsync(string query) =>
        [.. (await Portal.GetAsync($"/portal/products{query}")).Json["data"]!.AsArray().Select(product => (string)product!["product_code"]!)];
}
