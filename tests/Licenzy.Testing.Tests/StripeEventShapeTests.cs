using System.Text.Json;
using System.Text.Json.Nodes;

namespace Licenzy.Testing.Tests;

/// <summary>Our own documents beside Stripe's: required members, types and enums by its schemas, types by its examples.</summary>
public sealed class StripeEventShapeTests
{
    private static string Schema(string type) => type.Split('.') switch
    {
        ["checkout", ..] => "checkout.session",
        ["customer", ..] => "subscription",
        ["charge", "dispute", ..] => "dispute",
        var words => words[0],
    };

    private static IReadOnlyList<string> Types => StripeSample.Types;

    [TestCaseSource(nameof(Types))]
    public void A_document_is_valid_by_stripes_schema(string type)
    {
        var api = StripeData.Read("stripe-openapi.trimmed.json");
        var document = new StripeSample { Metadata = new Dictionary<string, string> { ["a"] = "b" } }.Event(type);
        var schemas = api["components"]!["schemas"]!.AsObject();
        var check = new SchemaCheck(schemas);
        check.Check(document, schemas["event"]!, "event");
        check.Check(document["data"]!["object"], schemas[Schema(type)]!, "object");
        Assert.That(check.Problems, Is.Empty);
    }

    [TestCaseSource(nameof(Types))]
    public void A_document_agrees_with_stripes_example(string type)
    {
        var examples = StripeData.Read("stripe-events.json");
        // Examples are named by type, some with what happens in them after it; two names for one object are one example.
        var name = type switch { "invoice.payment_succeeded" => "invoice.paid", "charge.dispute.updated" => "charge.dispute.created", _ => type };
        var same = examples.Where(example => example.Key == name || example.Key.StartsWith(name + ".", StringComparison.Ordinal)).ToList();
        Assert.That(same, Is.Not.Empty);
        foreach (var (key, example) in same)
            Assert.That(Disagreements(new StripeSample().Event(type), example!, key), Is.Empty);
    }

    [TestCaseSource(nameof(Types))]
    public void Older_shapes_have_their_period_and_subscription_on_top(string type)
    {
        var older = new StripeSample().Event(type, new StripeEventOptions { ApiVersion = StripeEvents.OlderApiVersion });
        var it = older["data"]!["object"]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)older["api_version"], Is.EqualTo("2024-06-20"));
            Assert.That(it["parent"], Is.Null);
            if (type.StartsWith("customer.", StringComparison.Ordinal))
            {
                Assert.That((long?)it["current_period_end"], Is.GreaterThan(0));
                Assert.That(it["items"]!["data"]![0]!["current_period_end"], Is.Null);
            }

            if (type.StartsWith("invoice.", StringComparison.Ordinal))
                Assert.That((string?)it["subscription"], Does.StartWith("sub_"));
        }
    }

    [Test]
    public void An_event_without_a_version_has_the_newest_shapes()
    {
        var made = new StripeSample().Event("customer.subscription.updated", new StripeEventOptions { ApiVersion = null });
        Assert.That(made.ContainsKey("api_version") && made["api_version"] is null, Is.True);
        Assert.That(made["data"]!["object"]!["items"]!["data"]![0]!["current_period_end"], Is.Not.Null);
    }

    [Test]
    public void An_unknown_type_is_refused_with_the_known_ones() =>
        Assert.That(() => new StripeSample().Event("toaster.burnt"), Throws.ArgumentException.With.Message.Contain("invoice.paid"));

    [Test]
    public void Ids_agree_across_the_events_of_one_sample()
    {
        var sample = new StripeSample();
        var subscription = sample.Event("customer.subscription.updated")["data"]!["object"]!;
        var invoice = sample.Event("invoice.paid")["data"]!["object"]!;
        Assert.That(
            ((string?)invoice["parent"]!["subscription_details"]!["subscription"], (string?)subscription["latest_invoice"], (string?)invoice["customer"]),
            Is.EqualTo(((string?)subscription["id"], (string?)invoice["id"], (string?)subscription["customer"])));
    }

    // A null agrees with everything: which members may be null is the schema's matter.
    private static IEnumerable<string> Disagreements(JsonNode? ours, JsonNode? theirs, string path)
    {
        if (ours is null || theirs is null)
            return [];
        if (Kind(ours) != Kind(theirs))
            return [$"{path}: {Kind(ours)}, but {Kind(theirs)} at Stripe"];
        return (ours, theirs) switch
        {
            (JsonObject a, JsonObject b) => a.Where(member => b.ContainsKey(member.Key))
                .SelectMany(member => Disagreements(member.Value, b[member.Key], $"{path}.{member.Key}")),
            (JsonArray { Count: > 0 } a, JsonArray { Count: > 0 } b) => Disagreements(a[0], b[0], $"{path}[0]"),
            _ => [],
        };
    }

    private static JsonValueKind Kind(JsonNode node) =>
        node.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? JsonValueKind.True : node.GetValueKind();
}
