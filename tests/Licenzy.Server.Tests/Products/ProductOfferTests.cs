using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Products;

/// <summary>What the key's mode sells.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ProductOfferTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "GET /v1/products";

    [Test]
    [Spec(Route, "the mode's products, newest first, with product_code, name, kind, units, duration_days and features")]
    public async Task What_is_sold_is_listed_newest_first()
    {
        var answer = await Runtime.GetAsync("/v1/products");

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(answer.Text, Is.EqualTo(
            """
            {"data":[{"product_code":"PACK1000","name":"1,000 units","kind":"usage_pack","units":1000,"duration_days":null,"features":{}},
            {"product_code":"PASS30","name":"30 days","kind":"time_pass","units":null,"duration_days":30,"features":{}},
            {"product_code":"PROPLUS","name":"Pro plus","kind":"subscription","units":100,"duration_days":null,"features":{}},
            {"product_code":"PRO","name":"Pro","kind":"subscription","units":null,"duration_days":null,"features":{}}],"next_cursor":null}
            """.ReplaceLineEndings("")));
    }

    [Test]
    [Spec(Route, "nothing of Stripe is in it")]
    public async Task Nothing_of_stripe_is_told() =>
        Assert.That((await Runtime.GetAsync("/v1/products")).Text, Does.Not.Contain("price_").And.Not.Contain("stripe").And.Not.Contain("prd_"));

    [Test]
    [Spec(Route, "each mode and each workspace has its own")]
    public async Task The_other_mode_and_another_workspace_have_their_own()
    {
        using var other = await OtherWorkspace.MakeAsync(Server);
        using var theirs = await other.AppAsync();

        Assert.That((await Live.GetAsync("/v1/products")).Text, Is.EqualTo("""{"data":[],"next_cursor":null}"""));
        Assert.That((await theirs.GetAsync("/v1/products")).Text, Is.EqualTo("""{"data":[],"next_cursor":null}"""));
    }

    [Test]
    [Spec(Route, "limit and cursor page through")]
    public async Task Pages_follow_one_another()
    {
        var first = (await Runtime.GetAsync("/v1/products?limit=3")).Json;
        var second = (await Runtime.GetAsync($"/v1/products?limit=3&cursor={first["next_cursor"]}")).Json;

        Assert.That((Codes(first).Length, Codes(second)), Is.EqualTo((3, new[] { "PRO" })));
        Assert.That(second["next_cursor"], Is.Null);
    }

    [Test]
    [Spec(Route, "a deleted product is left out")]
    public async Task A_deleted_product_is_left_out()
    {
        Stripe.AddPrice("price_gone", 100);
        var made = await Portal.PostAsync("/portal/products", new JsonObject
        {
            ["mode"] = "test", ["product_code"] = "GONE", ["name"] = "Gone", ["kind"] = "usage_pack", ["stripe_price_id"] = "price_gone", ["units"] = 1,
        });
        Assert.That(Codes((await Runtime.GetAsync("/v1/products")).Json), Does.Contain("GONE"));

        await Portal.SendAsync(HttpMethod.Delete, $"/portal/products/{made.Json["id"]}", (string?)null);

        Assert.That(Codes((await Runtime.GetAsync("/v1/products")).Json), Does.Not.Contain("GONE"));
    }

    private static string[] Codes(JsonNode page) => [.. page["data"]!.AsArray().Select(product => (string)product!["product_code"]!)];
}
