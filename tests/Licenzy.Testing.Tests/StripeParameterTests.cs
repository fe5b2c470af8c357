using System.Text.Json.Nodes;

namespace Licenzy.Testing.Tests;

public sealed class StripeParameterTests : StripeFixture
{
    [Test]
    public async Task Every_parameter_that_stripe_publishes_is_known()
    {
        var api = StripeData.Read("stripe-openapi.trimmed.json");
        var schema = api["paths"]!["/v1/checkout/sessions"]!["post"]!["requestBody"]!["content"]!["application/x-www-form-urlencoded"]!["schema"]!;
        var names = Names(schema, "").ToHashSet();
        var answer = await PostAsync(names.ToDictionary(name => name, _ => "1"));

        // All at once: the refusal names every unknown parameter, and any other refusal comes after that check.
        Assert.That(names, Has.Count.GreaterThan(150));
        Assert.That(answer.Error("code"), Is.Not.EqualTo("parameter_unknown"), answer.Text);
    }

    [Test]
    public async Task Every_object_that_is_read_is_valid_by_stripes_schema()
    {
        var schemas = StripeData.Read("stripe-openapi.trimmed.json")["components"]!["schemas"]!.AsObject();
        var paid = await Stripe.PayAsync(await OpenAsync(Subscription()));
        var check = new SchemaCheck(schemas);
        foreach (var (path, schema) in new[]
        {
            ($"/v1/checkout/sessions/{paid.Id}?expand[]=line_items&expand[]=subscription&expand[]=customer&expand[]=invoice", "checkout.session"),
            ($"/v1/checkout/sessions/{await OpenAsync(Payment())}", "checkout.session"),
            ("/v1/prices/price_once", "price"), ("/v1/prices/price_month", "price"),
            ($"/v1/subscriptions/{paid.Subscription}", "subscription"), ($"/v1/customers/{paid.Customer}", "customer"),
        })
        {
            check.Check((await GetAsync(path)).Json, schemas[schema]!, path);
        }

        Assert.That(check.Problems, Is.Empty);
    }

    private static IEnumerable<string> Names(JsonNode schema, string path)
    {
        if (schema["anyOf"] is JsonArray choices)
            return choices.SelectMany(choice => Names(choice!, path));
        if (schema["items"] is { } items)
            return Names(items, $"{path}[0]");
        if (schema["properties"] is JsonObject members)
            return members.SelectMany(member => Names(member.Value!, path.Length == 0 ? member.Key : $"{path}[{member.Key}]"));
        return (string?)schema["type"] == "object" ? [$"{path}[key]"] : [path];
    }
}
