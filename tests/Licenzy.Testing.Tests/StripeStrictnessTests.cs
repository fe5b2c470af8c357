using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Licenzy.Testing.Tests;

public sealed class StripeStrictnessTests : StripeFixture
{
    private static readonly string Long = new('x', 501);

    private static IEnumerable<TestCaseData> Refusals()
    {
        static TestCaseData Case(string name, string mode, string? code, string param, params string[] changes) =>
            new TestCaseData(mode, code, param, changes).SetName($"Refused: {name}");

        yield return Case("unknown parameter", "payment", "parameter_unknown", "colour", "colour=red");
        yield return Case("unknown nested parameter", "payment", "parameter_unknown", "line_items[0][colour]", "line_items[0][colour]=red");
        yield return Case("mode missing", "payment", "parameter_missing", "mode", "-mode");
        yield return Case("mode unknown", "payment", null, "mode", "mode=gift");
        yield return Case("line items missing", "payment", "parameter_missing", "line_items", "-line_items[0][price]", "-line_items[0][quantity]");
        yield return Case("price missing", "payment", "parameter_missing", "line_items[0][price]", "-line_items[0][price]");
        yield return Case("quantity missing", "payment", "parameter_missing", "line_items[0][quantity]", "-line_items[0][quantity]");
        yield return Case("success url missing", "payment", "parameter_missing", "success_url", "-success_url");
        yield return Case("success url without scheme", "payment", "url_invalid", "success_url", "success_url=shop.example/ok");
        yield return Case("success url of another scheme", "payment", "url_invalid", "success_url", "success_url=javascript:alert(1)");
        yield return Case("cancel url relative", "payment", "url_invalid", "cancel_url", "cancel_url=/cart");
        yield return Case("empty value", "payment", "parameter_invalid_empty", "cancel_url", "cancel_url=");
        yield return Case("payment data in subscription mode", "subscription", null, "payment_intent_data", "payment_intent_data[metadata][a]=b");
        yield return Case("subscription data in payment mode", "payment", null, "subscription_data", "subscription_data[metadata][a]=b");
        yield return Case("customer creation in subscription mode", "subscription", null, "customer_creation", "customer_creation=always");
        yield return Case("invoice creation in subscription mode", "subscription", null, "invoice_creation", "invoice_creation[enabled]=true");
        yield return Case("collection choice in payment mode", "payment", null, "payment_method_collection", "payment_method_collection=always");
        yield return Case("setup data", "payment", null, "setup_intent_data", "setup_intent_data[description]=x");
        yield return Case("customer unknown", "payment", "resource_missing", "customer", "customer=cus_nobody");
        yield return Case("e-mail malformed", "payment", "email_invalid", "customer_email", "customer_email=jo");
        yield return Case("price unknown", "payment", "resource_missing", "line_items[0][price]", "line_items[0][price]=price_none");
        yield return Case("price inactive", "payment", null, "line_items[0][price]", "line_items[0][price]=price_old");
        yield return Case("recurring price in payment mode", "payment", null, "line_items[0][price]", "line_items[0][price]=price_month");
        yield return Case("only one-time prices in subscription mode", "subscription", null, "mode", "line_items[0][price]=price_once");
        yield return Case("two currencies", "payment", null, "line_items", "line_items[1][price]=price_eur", "line_items[1][quantity]=1");
        yield return Case("quantity zero", "payment", "parameter_invalid_integer", "line_items[0][quantity]", "line_items[0][quantity]=0");
        yield return Case("quantity negative", "payment", "parameter_invalid_integer", "line_items[0][quantity]", "line_items[0][quantity]=-1");
        yield return Case("quantity a fraction", "payment", "parameter_invalid_integer", "line_items[0][quantity]", "line_items[0][quantity]=1.5");
        yield return Case("quantity too large", "payment", "parameter_invalid_integer", "line_items[0][quantity]", "line_items[0][quantity]=1000000");
        yield return Case("amount too large", "payment", "amount_too_large", "line_items", "line_items[0][quantity]=999999");
        yield return Case("amount too small", "payment", "amount_too_small", "line_items", "line_items[0][price]=price_cent");
        yield return Case("reference too long", "payment", null, "client_reference_id", $"client_reference_id={Long[..201]}");
        yield return Case("metadata key too long", "payment", null, "metadata", $"metadata[{Long[..41]}]=a");
        yield return Case("metadata value too long", "payment", null, "metadata[a]", $"metadata[a]={Long}");
        yield return Case("metadata with 51 keys", "payment", null, "metadata", [.. Keys(51)]);
        yield return Case("metadata that is no map", "payment", "parameter_unknown", "metadata", "metadata=a");
        yield return Case(
            "payment metadata value too long", "payment", null, "payment_intent_data[metadata][a]", $"payment_intent_data[metadata][a]={Long}");
        yield return Case("line metadata value too long", "payment", null, "line_items[0][metadata][a]", $"line_items[0][metadata][a]={Long}");
        yield return Case("expiry no number", "payment", "parameter_invalid_integer", "expires_at", "expires_at=soon");
        yield return Case("expiry too soon", "payment", null, "expires_at", $"expires_at={Unix(29.9)}");
        yield return Case("expiry too late", "payment", null, "expires_at", $"expires_at={Unix((24 * 60) + 1)}");
        yield return Case("no trial day", "subscription", null, "subscription_data[trial_period_days]", "subscription_data[trial_period_days]=0");
        yield return Case("too many trial days", "subscription", null, "subscription_data[trial_period_days]", "subscription_data[trial_period_days]=731");
        yield return Case("trial end too soon", "subscription", null, "subscription_data[trial_end]", $"subscription_data[trial_end]={Unix(60)}");
        yield return Case("boolean malformed", "payment", null, "allow_promotion_codes", "allow_promotion_codes=yes");
        yield return Case("expansion unknown", "payment", null, "expand", "expand[0]=colour");
    }

    [TestCaseSource(nameof(Refusals))]
    public async Task A_request_that_stripe_refuses_is_refused(string mode, string? code, string param, string[] changes)
    {
        var more = changes.Select(change => change.Split('=', 2)).Select(parts => (parts[0], parts.Length > 1 ? parts[1] : "")).ToArray();
        var answer = await PostAsync(mode == "payment" ? Payment(more) : Subscription(more));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
            Assert.That(answer.Error("type"), Is.EqualTo("invalid_request_error"));
            Assert.That(answer.Error("code"), Is.EqualTo(code), answer.Text);
            Assert.That(answer.Error("param"), Is.EqualTo(param));
            Assert.That(answer.Error("message"), Is.Not.Empty);
            Assert.That(answer.Headers.GetValues("Request-Id").Single(), Does.StartWith("req_"));
            Assert.That(answer.Headers.Date, Is.EqualTo(Start));
            Assert.That(Stripe.Sessions, Is.Empty);
        }
    }

    [Test]
    public async Task Everything_that_licenzy_sends_is_accepted()
    {
        var customer = Stripe.AddCustomer("jo@example.com");
        var answer = await PostAsync(Subscription(
            ("customer", customer.Id), ("client_reference_id", Long[..200]), ("metadata[licenzy_attempt]", Long[..500]),
            ($"metadata[{Long[..40]}]", "a"), ("subscription_data[metadata][licenzy_attempt]", "att_1"), ("expires_at", Unix(30)),
            ("line_items[1][price]", "price_once"), ("line_items[1][quantity]", "2")));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
            Assert.That((string?)answer.Json["id"], Does.StartWith("cs_test_").And.Length.GreaterThan(60));
            Assert.That((string?)answer.Json["url"], Does.StartWith(Stripe.BaseAddress + "pay/"));
            Assert.That((string?)answer.Json["customer"], Is.EqualTo(customer.Id));
            Assert.That((int?)answer.Json["amount_total"], Is.EqualTo(3000));
            Assert.That((long?)answer.Json["expires_at"], Is.EqualTo(Start.AddMinutes(30).ToUnixTimeSeconds()));
        }
    }

    [Test]
    public async Task A_customer_and_an_email_exclude_each_other()
    {
        var customer = Stripe.AddCustomer();
        var answer = await PostAsync(Payment(("customer", customer.Id), ("customer_email", "jo@example.com")));
        Assert.That((answer.Status, answer.Error("code")), Is.EqualTo((400, "parameters_exclusive")));
    }

    [TestCase("mode=setup")]
    [TestCase("ui_mode=embedded_page")]
    [TestCase("discounts[0][coupon]=half")]
    [TestCase("line_items[0][price_data][currency]=usd")]
    public async Task What_is_not_modelled_says_so(string field)
    {
        var parts = field.Split('=');
        var answer = await PostAsync(Payment((parts[0], parts[1])));
        Assert.That((answer.Status, answer.Error("code")), Is.EqualTo((501, "not_modelled")));
    }

    [TestCase(null)]
    [TestCase("Bearer sk_test_wrong")]
    [TestCase("Bearer ")]
    [TestCase("Basic c2tfdGVzdDo=")]
    public async Task A_wrong_or_missing_key_is_401(string? authorization)
    {
        Client.DefaultRequestHeaders.Authorization = null;
        if (authorization is not null)
            Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        var answer = await GetAsync("/v1/account");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(401));
            Assert.That(answer.Error("type"), Is.EqualTo("invalid_request_error"));
            Assert.That(answer.Text, Does.Not.Contain("sk_test_wrong"));
        }
    }

    [TestCase("yesterday", 400)]
    [TestCase("2026-07-29.Dahlia", 400)]
    [TestCase("2024-06-20", 200)]
    [TestCase("2026-07-29.dahlia", 200)]
    public async Task A_version_must_look_like_one(string version, int status)
    {
        var answer = await GetAsync("/v1/account", version);
        Assert.That(answer.Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Json_is_not_a_form()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/checkout/sessions")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes("{}")) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        var answer = await SendAsync(request);
        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Error("message"), Does.Contain("application/x-www-form-urlencoded"));
    }

    [TestCase("/v1/checkout/sessions/cs_test_none", "resource_missing")]
    [TestCase("/v1/prices/price_none", "resource_missing")]
    [TestCase("/v1/subscriptions/sub_none", "resource_missing")]
    [TestCase("/v1/customers/cus_none", "resource_missing")]
    [TestCase("/v1/toasters", null)]
    [TestCase("/v1/prices/", null)]
    [TestCase("/", null)]
    public async Task What_does_not_exist_is_404_in_stripes_shape(string path, string? code)
    {
        var answer = await GetAsync(path);
        Assert.That((answer.Status, answer.Error("code"), answer.Error("type")), Is.EqualTo((404, code, "invalid_request_error")));
    }

    [Test]
    public async Task Objects_can_be_read()
    {
        var session = await OpenAsync(Subscription());
        var paid = await Stripe.PayAsync(session);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)(await GetAsync("/v1/account")).Json["id"], Is.EqualTo(Stripe.AccountId));
            Assert.That((int?)(await GetAsync("/v1/prices/price_once")).Json["unit_amount"], Is.EqualTo(500));
            Assert.That((string?)(await GetAsync($"/v1/customers/{paid.Customer}")).Json["email"], Is.EqualTo("payer@example.com"));
            var read = await GetAsync($"/v1/checkout/sessions/{session}?expand[]=line_items&expand[]=subscription");
            Assert.That((string?)read.Json["payment_status"], Is.EqualTo("paid"));
            Assert.That((string?)read.Json["line_items"]!["data"]![0]!["price"]!["id"], Is.EqualTo("price_month"));
            Assert.That((string?)read.Json["subscription"]!["status"], Is.EqualTo("active"));
            Assert.That((await GetAsync($"/v1/checkout/sessions/{session}?expand[]=colour")).Status, Is.EqualTo(400));
            Assert.That((await GetAsync("/v1/account?colour=red")).Error("code"), Is.EqualTo("parameter_unknown"));
        }
    }

    [Test]
    public async Task A_request_is_kept_without_its_key()
    {
        await PostAsync(Payment(("metadata[a]", "b c&d")), "key-1");
        var request = Stripe.Requests.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((request.Method, request.Path), Is.EqualTo(("POST", "/v1/checkout/sessions")));
            Assert.That(request.IdempotencyKey, Is.EqualTo("key-1"));
            Assert.That(request.HasAuthorization, Is.True);
            Assert.That(request.Field("metadata[a]"), Is.EqualTo("b c&d"));
            Assert.That(request.Fields[0].Key, Is.EqualTo("mode"));
            Assert.That((int?)request.Status, Is.EqualTo(200));
            Assert.That(request.ToString(), Does.Not.Contain(Stripe.SecretKey));
        }
    }

    private static IEnumerable<string> Keys(int count) => Enumerable.Range(0, count).Select(i => $"metadata[k{i}]=v");

    private static string Unix(double minutes) => Start.AddMinutes(minutes).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
