using System.Net;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Stripe;

/// <summary>The workspace's own Stripe account: secrets go in and never come out.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class StripeConnectionTests(Engine engine) : ServerFixture(engine)
{
    private const string Show = "GET /portal/stripe/connection";
    private const string Put = "PUT /portal/stripe/connection";
    private const string Post = "POST /portal/stripe/connection";

    [Test]
    [Spec(Show, "both modes: status, account, hint, webhook address and the events to select, and no secret")]
    public async Task It_is_shown_without_its_secrets()
    {
        var answer = await Portal.GetAsync("/portal/stripe/connection");
        var (test, live) = (answer.Json["data"]![0]!, answer.Json["data"]![1]!);

        Assert.That(((string)test["mode"]!, (string)test["status"]!, (string)test["account_id"]!), Is.EqualTo(("test", "connected", Stripe.AccountId)));
        Assert.That((string)test["key_hint"]!, Is.EqualTo($"sk_test_…{Stripe.SecretKey[^4..]}"));
        Assert.That((string)test["webhook_url"]!, Does.StartWith(new Uri(Server.BaseAddress, "/v1/webhooks/stripe/tenant?connection=con_").AbsoluteUri));
        Assert.That((bool)test["webhook_secret_set"]!, Is.True);
        Assert.That(test["required_events"]!.AsArray().Select(type => (string)type!), Does.Contain("checkout.session.completed"));
        Assert.That(((string)live["mode"]!, (string)live["status"]!, (bool)live["webhook_secret_set"]!), Is.EqualTo(("live", "not_connected", false)));
        Assert.That(live["webhook_url"], Is.Null);
        AssertNoSecret(answer);
    }

    [TestCase("test", "sk_live_abc")]
    [TestCase("live", "sk_test_abc")]
    [TestCase("live", "rk_test_abc")]
    [TestCase("test", "pk_test_abc")]
    [TestCase("test", "sk_test_")]
    [TestCase("test", "sk_test_a b")]
    [TestCase("test", "")]
    [TestCase("test", "whsec_abc")]
    [Spec(Put, "a live key in test mode and the reverse, and pk_, are refused")]
    [Spec(Post, "a live key in test mode and the reverse, and pk_, are refused")]
    public async Task A_key_of_another_kind_is_refused(string mode, string key)
    {
        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Post })
        {
            var asked = Stripe.Requests.Count;
            var answer = await SaveAsync(method, new JsonObject { ["mode"] = mode, ["secret_key"] = key });
            Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")), answer.Text);
            Assert.That(answer.Fields, Is.EqualTo(new[] { "secret_key" }));
            Assert.That(Stripe.Requests, Has.Count.EqualTo(asked), "the key left the house");
        }
    }

    [TestCase("mode", "prod")]
    [TestCase("webhook_secret", "sk_test_abc")]
    [TestCase("webhook_secret", "whsec_")]
    [TestCase("webhook_secret", "")]
    public async Task Other_members_have_their_rules(string field, string value)
    {
        var answer = await SaveAsync(HttpMethod.Put, new JsonObject { ["mode"] = "test", ["secret_key"] = Stripe.SecretKey, [field] = value });

        Assert.That((answer.Status, string.Join(",", answer.Fields)), Is.EqualTo((400, field)), answer.Text);
    }

    [Test]
    [Spec(Put, "the key is checked against Stripe: its refusal is 400 on secret_key")]
    public async Task A_key_that_Stripe_refuses_is_refused()
    {
        var answer = await SaveAsync(HttpMethod.Put, new JsonObject { ["mode"] = "test", ["secret_key"] = "sk_test_not_the_one" });

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { "secret_key" }));
        Assert.That(answer.Text, Does.Not.Contain("not_the_one"));
    }

    [Test]
    [Spec(Put, "rk_ accepted, though it may not read the account; another key that may not is refused")]
    public async Task A_restricted_key_need_not_read_the_account()
    {
        using var shop = await OtherWorkspace.MakeAsync(Server);
        Stripe.FailNext(1, HttpStatusCode.Forbidden, "more_permissions_required");
        var restricted = await shop.Portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", new JsonObject { ["mode"] = "live", ["secret_key"] = "rk_live_restricted1" });
        Assert.That((restricted.Status, (string?)restricted.Json["account_id"], (string?)restricted.Json["verified_at"]), Is.EqualTo((200, (string?)null, (string?)null)), restricted.Text);

        Stripe.FailNext(1, HttpStatusCode.Forbidden, "more_permissions_required");
        var whole = await shop.Portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", new JsonObject { ["mode"] = "live", ["secret_key"] = "sk_live_not_allowed1" });
        Assert.That((whole.Status, string.Join(",", whole.Fields)), Is.EqualTo((400, "secret_key")), whole.Text);
    }

    [Test]
    [Spec(Put, "503 when Stripe is unreachable; verify false stores the key unchecked")]
    public async Task Without_Stripe_only_unverified_keys_are_taken()
    {
        Stripe.FailNext(3, HttpStatusCode.ServiceUnavailable);
        var body = new JsonObject { ["mode"] = "live", ["secret_key"] = "rk_live_restricted1" };
        var refused = await SaveAsync(HttpMethod.Put, body);
        body["verify"] = false;
        var asked = Stripe.Requests.Count;
        var taken = await SaveAsync(HttpMethod.Put, body);

        Assert.That((refused.Status, refused.Error), Is.EqualTo((503, "unavailable")), refused.Text);
        Assert.That(refused.Header("Retry-After"), Is.Not.Null);
        Assert.That(taken.Status, Is.EqualTo(200), taken.Text);
        Assert.That((string?)taken.Json["verified_at"], Is.Null);
        Assert.That((string)taken.Json["key_hint"]!, Is.EqualTo("rk_live_…ted1"));
        Assert.That(Stripe.Requests, Has.Count.EqualTo(asked));
        Assert.That(refused.Text + taken.Text, Does.Not.Contain("restricted1"));
    }

    [Test]
    [Spec(Put, "an absent webhook_secret keeps the one there is; the connection keeps its address")]
    [Spec(Post, "is the same as PUT")]
    public async Task An_absent_webhook_secret_is_kept([Values("PUT", "POST")] string method)
    {
        var before = (await Portal.GetAsync("/portal/stripe/connection")).Json["data"]![0]!;

        var answer = await SaveAsync(new HttpMethod(method), new JsonObject { ["mode"] = "test", ["secret_key"] = Stripe.SecretKey });

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That((bool)answer.Json["webhook_secret_set"]!, Is.True);
        Assert.That((string)answer.Json["webhook_url"]!, Is.EqualTo((string)before["webhook_url"]!));
        AssertNoSecret(answer);
        var subject = NewSubject();
        await Stripe.PayAsync((await CheckoutAsync(subject, "PASS30")).Url);
        Assert.That(await AllowedAsync(subject), Is.True, "events are still believed");
    }

    [Test]
    [Spec(Post, "with an Idempotency-Key a repeat hears the first answer")]
    public async Task A_repeat_hears_the_first_answer()
    {
        var (key, body) = (Wire.NewKey(), new JsonObject { ["mode"] = "test", ["secret_key"] = Stripe.SecretKey });
        var first = await Portal.PostAsync("/portal/stripe/connection", body, key);
        Clock.Advance(TimeSpan.FromMinutes(1));
        var again = await Portal.PostAsync("/portal/stripe/connection", body, key);

        Assert.That((again.Status, again.Text, again.Header("Idempotency-Replayed")), Is.EqualTo((200, first.Text, "true")));
    }

    [Test]
    [Spec(Post, "a repeat is answered without asking Stripe again")]
    public async Task A_repeat_needs_no_Stripe()
    {
        var (key, body) = (Wire.NewKey(), new JsonObject { ["mode"] = "test", ["secret_key"] = Stripe.SecretKey });
        var first = await Portal.PostAsync("/portal/stripe/connection", body, key);
        var asked = Stripe.Requests.Count;
        Stripe.FailNext(3, HttpStatusCode.ServiceUnavailable);
        var again = await Portal.PostAsync("/portal/stripe/connection", body, key);
        var unasked = Stripe.Requests.Count;
        var fresh = await Portal.PostAsync("/portal/stripe/connection", body, Wire.NewKey());

        Assert.That((again.Status, again.Text, again.Header("Idempotency-Replayed")), Is.EqualTo((200, first.Text, "true")));
        Assert.That(unasked, Is.EqualTo(asked));
        Assert.That(fresh.Status, Is.EqualTo(503), "whoever has no answer yet does need Stripe");
    }

    [Test]
    [Spec(Show, "invalid once Stripe refuses the stored key, until it takes it again or another is saved")]
    public async Task A_key_that_Stripe_takes_no_more_is_shown_as_invalid()
    {
        using var shop = await OtherWorkspace.MakeAsync(Server);
        var body = new JsonObject { ["mode"] = "test", ["secret_key"] = Stripe.SecretKey };
        await shop.Portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", body);
        var asking = new JsonObject { ["mode"] = "test", ["product_code"] = "ASKED", ["name"] = "Asked", ["kind"] = "subscription", ["stripe_price_id"] = "price_pro" };
        async Task<string> StatusAfterAsync(HttpStatusCode? failure)
        {
            if (failure is { } status)
                Stripe.FailNext(1, status, "api_key_expired");
            await shop.Portal.PostAsync("/portal/products", asking);
            return (string)(await shop.Portal.GetAsync("/portal/stripe/connection")).Json["data"]![0]!["status"]!;
        }

        Assert.That(await StatusAfterAsync(HttpStatusCode.Unauthorized), Is.EqualTo("invalid"));
        Assert.That(await StatusAfterAsync(null), Is.EqualTo("connected"), "Stripe took it");
        Assert.That(await StatusAfterAsync(HttpStatusCode.Forbidden), Is.EqualTo("connected"), "a key that may not do this is a good key");
        Assert.That(await StatusAfterAsync(HttpStatusCode.Unauthorized), Is.EqualTo("invalid"));
        Assert.That((string)(await shop.Portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", body)).Json["status"]!, Is.EqualTo("connected"));
    }

    [Test]
    public async Task No_secret_is_stored_in_clear()
    {
        var row = await Rows.ValueAsync<byte[]>(Server, "select secret_key from stripe_connections where mode = 'test' order by created_at limit 1");

        Assert.That(System.Text.Encoding.Latin1.GetString(row!), Does.Not.Contain(Stripe.SecretKey[8..20]));
    }

    private Task<Answer> SaveAsync(HttpMethod method, JsonObject body) => Portal.SendAsync(method, "/portal/stripe/connection", body);

    private void AssertNoSecret(Answer answer) => Assert.That(
        answer.Text, Does.Not.Contain(Stripe.SecretKey).And.Not.Contain(Stripe.WebhookSecret).And.Not.Contain(Stripe.SecretKey[8..^4]).And.Not.Contain(Stripe.WebhookSecret[6..]));
}
