using System.Text.Json.Nodes;

namespace Licenzy.Testing.Tests;

public sealed class StripeParameterTests : StripeFixture
{
    [TestCase("/v1/checkout/sessions", 150)]
    [TestCase("/v1/billing_portal/sessions", 20)]
    public async Task Every_parameter_that_stripe_publishes_is_known(string path, int atLeast)
    {
        var api = StripeData.Read("stripe-openapi.trimmed.json");
        var schema = api["paths"]![path]!["post"]!["requestBody"]!["content"]!["application/x-www-form-urlencoded"]!["schema"]!;
        var names = Names(schema, "").ToHashSet();
        var answer = await PostAsync(names.ToDictionary(name => name, _ => "1"), path: path);

        // All at once: the refusal names every unknown parameter, and any other refusal comes after that check.
        Assert.That(names, Has.Count.GreaterThan(atLeast));
        Assert.That(answer.Error("code"), Is.Not.EqualTo("parameter_unknown"), answer.Text);
    }

    [TestCase("/v1/checkout/sessions")]
    [TestCase("/v1/subscriptions")]
    [TestCase("/v1/charges")]
    [TestCase("/v1/refunds")]
    [TestCase("/v1/disputes")]
    [TestCase("/v1/invoices")]
    [TestCase("/v1/invoice_payments")]
    [TestCase("/v1/events")]
    [TestCase("/v1/payment_intents/{id}")]
    public async Task Every_query_parameter_that_stripe_publishes_is_known(string path)
    {
        var parameters = StripeData.Read("stripe-openapi.trimmed.json")["paths"]![path]!["get"]!["parameters"]!.AsArray();
        var names = parameters.Where(one => (string?)one!["in"] == "query").SelectMany(one => Names(one!["schema"]!, (string)one["name"]!)).ToHashSet();
        var answer = await GetAsync($"{path.Replace("{id}", "pi_none", StringComparison.Ordinal)}?{string.Join('&', names.Select(name => $"{Uri.EscapeDataString(name)}=1"))}");
        Assert.That(names, Is.Not.Empty);
        Assert.That(answer.Error("code"), Is.Not.EqualTo("parameter_unknown"), answer.Text);
    }

    [Test]
    public async Task Every_object_that_is_read_is_valid_by_stripes_schema()
    {
        var schemas = StripeData.Read("stripe-openapi.trimmed.json")["components"]!["schemas"]!.AsObject();
        var bought = await Stripe.PayAsync(await OpenAsync(Subscription()));
        var once = await Stripe.PayAsync(await OpenAsync(Payment()));
        await Stripe.FailRenewalAsync(bought.Subscription!);
        var refund = await Stripe.RefundAsync(once.Id, 100, pending: true);
        var dispute = await Stripe.DisputeAsync(once.Id);
        var failed = Stripe.Charges.Single(charge => charge.Status == "failed");
        var check = new SchemaCheck(schemas);
        foreach (var (path, schema) in new[]
        {
            ($"/v1/checkout/sessions/{bought.Id}?expand[]=line_items&expand[]=subscription&expand[]=customer&expand[]=invoice", "checkout.session"),
            ($"/v1/checkout/sessions/{once.Id}?expand[]=payment_intent.latest_charge", "checkout.session"),
            ($"/v1/checkout/sessions/{await OpenAsync(Payment())}", "checkout.session"),
            ("/v1/prices/price_once", "price"), ("/v1/prices/price_month", "price"),
            ($"/v1/subscriptions/{bought.Subscription}?expand[]=latest_invoice.payments", "subscription"), ($"/v1/customers/{bought.Customer}", "customer"),
            ($"/v1/payment_intents/{once.PaymentIntent}?expand[]=latest_charge", "payment_intent"),
            ($"/v1/charges/{refund.Charge}?expand[]=refunds&expand[]=payment_intent", "charge"), ($"/v1/charges/{failed.Id}", "charge"),
            ($"/v1/refunds/{refund.Id}?expand[]=charge", "refund"), ($"/v1/disputes/{dispute.Id}?expand[]=charge.payment_intent", "dispute"),
            ($"/v1/invoices/{bought.Invoice}?expand[]=payments.data.payment.payment_intent", "invoice"),
            ($"/v1/invoice_payments/{Stripe.InvoicePayments[0].Id}?expand[]=invoice", "invoice_payment"),
            ($"/v1/events/{Stripe.Events[^1].Id}", "event"),
        })
        {
            var answer = await GetAsync(path);
            Assert.That(answer.Status, Is.EqualTo(200), path);
            check.Check(answer.Json, schemas[schema]!, path);
        }

        var portal = await PostAsync(new() { ["customer"] = bought.Customer! }, path: "/v1/billing_portal/sessions");
        check.Check(portal.Json, schemas["billing_portal.session"]!, "portal");
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
