using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Products;

/// <summary>Writes of one product at one moment (CONTRACT §2).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ProductRaceTests(Engine engine) : ServerFixture(engine)
{
    [Test]
    [Spec("PATCH /portal/products/{id}", "changes of different members at one moment all hold")]
    public async Task Changes_of_different_members_at_one_moment_all_hold([Range(1, 5)] int round)
    {
        var id = await NewProductAsync($"PATCHED{round}");
        JsonObject[] changes =
        [
            new() { ["name"] = "Another name" }, new() { ["units"] = 77 }, new() { ["duration_days"] = 30 },
            new() { ["success_url"] = "https://example.com/yes" }, new() { ["cancel_url"] = "https://example.com/no" },
        ];

        var answers = await Task.WhenAll(changes.Select(change => Portal.SendAsync(HttpMethod.Patch, $"/portal/products/{id}", change)));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
        var product = (await ListedAsync(id))!;
        foreach (var (name, value) in changes.SelectMany(change => change))
            Assert.That(JsonNode.DeepEquals(product[name], value), Is.True, $"{name} of {product.ToJsonString()}");
    }

    [Test]
    [Spec("DELETE /portal/products/{id}", "what is deleted stays deleted, whoever changes it at the same moment")]
    public async Task A_deleted_product_stays_deleted_whoever_changes_it_then([Range(1, 5)] int round)
    {
        var id = await NewProductAsync($"DELETED{round}");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => n == 3
            ? Portal.SendAsync(HttpMethod.Delete, $"/portal/products/{id}", (string?)null)
            : Portal.SendAsync(HttpMethod.Patch, $"/portal/products/{id}", new JsonObject { ["name"] = $"Name {n}" })));

        Assert.That(answers[3].Status, Is.EqualTo(204), answers[3].Text);
        Assert.That(answers.Where((_, n) => n != 3).Select(answer => answer.Status), Is.All.EqualTo(200).Or.EqualTo(404));
        Assert.That(await ListedAsync(id), Is.Null);
    }

    private async Task<JsonNode?> ListedAsync(string id) =>
        (await Portal.GetAsync("/portal/products?limit=100")).Json["data"]!.AsArray().SingleOrDefault(product => (string)product!["id"]! == id);

    private async Task<string> NewProductAsync(string code)
    {
        Stripe.AddPrice($"price_{code}", 1000);
        var answer = await Portal.PostAsync("/portal/products", new JsonObject
        {
            ["mode"] = "test", ["product_code"] = code, ["name"] = "A product", ["kind"] = "usage_pack", ["stripe_price_id"] = $"price_{code}", ["units"] = 5,
        });
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        return (string)answer.Json["id"]!;
    }
}
