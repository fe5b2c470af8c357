namespace Licenzy.Testing.Tests;

public sealed class StripePortalTests : StripeFixture
{
    private const string Path = "/v1/billing_portal/sessions";

    [Test]
    public async Task A_customer_gets_an_address_with_the_way_back()
    {
        var customer = Stripe.AddCustomer("jo@example.com");
        var answer = await PostAsync(new() { ["customer"] = customer.Id, ["return_url"] = "https://shop.example/me?a=<b>" }, "key-1", Path);
        var again = await PostAsync(new() { ["customer"] = customer.Id, ["return_url"] = "https://shop.example/me?a=<b>" }, "key-1", Path);
        var page = await Client.GetStringAsync(new Uri((string)answer.Json["url"]!));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)answer.Json["customer"], Is.EqualTo(customer.Id));
            Assert.That(again.Text, Is.EqualTo(answer.Text));
            Assert.That(page, Does.Contain("https://shop.example/me?a=").And.Not.Contain("<b>"));
        }
    }

    [TestCase("", null, "customer")]
    [TestCase("cus_none", null, "customer")]
    [TestCase("cus_jo", "/me", "return_url")]
    public async Task What_stripe_refuses_is_refused(string customer, string? returnUrl, string param)
    {
        Stripe.AddCustomer(id: "cus_jo");
        var fields = new Dictionary<string, string>();
        if (customer.Length > 0)
            fields["customer"] = customer;
        if (returnUrl is not null)
            fields["return_url"] = returnUrl;
        var answer = await PostAsync(fields, path: Path);
        Assert.That((answer.Status, answer.Error("param")), Is.EqualTo((400, param)));
    }

    [Test]
    public async Task What_is_not_modelled_says_so()
    {
        var customer = Stripe.AddCustomer();
        var answer = await PostAsync(new() { ["customer"] = customer.Id, ["flow_data[type]"] = "payment_method_update" }, path: Path);
        Assert.That((answer.Status, answer.Error("code")), Is.EqualTo((501, "not_modelled")));
    }
}
