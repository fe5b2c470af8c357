using System.Net;
using System.Text.Json.Nodes;
using Licenzy.Domain;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Checkout;

/// <summary>Subjects are sent to Stripe's own portal, as the customers they are there.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class BillingPortalTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "POST /v1/billing-portal/session";
    private const string Path = "/v1/billing-portal/session";
    private const string ReturnUrl = "https://shop.example/account?tab=billing";

    // One call and two retries of the gateway's.
    private const int EveryTry = 3;

    [Test, Spec(Route, "a subject who has paid gets an address at Stripe")]
    public async Task A_customer_gets_an_address()
    {
        var subject = await CustomerAsync();
        var answer = await VisitAsync(subject);

        var asked = Stripe.Requests[^1];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
            Assert.That(answer.Json.AsObject().Select(member => member.Key), Is.EqualTo(new[] { "url" }));
            Assert.That((string?)answer.Json["url"], Does.StartWith(Stripe.BaseAddress.AbsoluteUri));
            Assert.That((asked.Field("customer"), asked.Field("return_url")), Is.EqualTo((Stripe.Customers[^1].Id, ReturnUrl)));
        }
    }

    [Test, Spec(Route, "409 no_stripe_customer for a subject who never paid, and in the other mode")]
    public async Task Without_a_customer_there_is_nothing_to_visit()
    {
        var asked = Stripe.Requests.Count;
        var stranger = await VisitAsync(NewSubject());
        Assert.That((stranger.Status, stranger.Error), Is.EqualTo((409, "no_stripe_customer")));
        Assert.That(Stripe.Requests, Has.Count.EqualTo(asked));
    }

    [Test, Spec(Route, "409 stripe_not_connected where the key's mode has no connection")]
    public async Task A_mode_without_Stripe_has_no_portal()
    {
        var answer = await Live.PostAsync(Path, Body(await CustomerAsync()));
        Assert.That((answer.Status, answer.Error), Is.EqualTo((409, "stripe_not_connected")));
    }

    [Test, Spec(Route, "502 with Stripe's code and request id where Stripe refuses")]
    public async Task A_refusal_of_Stripes_is_told()
    {
        var subject = await CustomerAsync();
        Stripe.FailNext(1, HttpStatusCode.BadRequest, "portal_not_configured", "/v1/billing_portal");
        var answer = await VisitAsync(subject);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((answer.Status, answer.Error), Is.EqualTo((502, "stripe_error")));
            Assert.That(answer.Text, Does.Contain("portal_not_configured").And.Contain(Stripe.Requests[^1].RequestId).And.Not.Contain(Stripe.SecretKey));
        }
    }

    [Test, Spec(Route, "503 with Retry-After where Stripe cannot be reached")]
    public async Task A_silent_Stripe_is_unavailable()
    {
        var subject = await CustomerAsync();
        Stripe.DropNext(EveryTry, "/v1/billing_portal");
        var answer = await VisitAsync(subject, "key-503");
        Assert.That((answer.Status, answer.Error), Is.EqualTo((503, "unavailable")));
        Assert.That(answer.Header("Retry-After"), Does.Match("^[1-9][0-9]*$"));
        Assert.That((await VisitAsync(subject, "key-503")).Status, Is.EqualTo(200), "the refusal was not kept");
    }

    [Test, Spec(Route, "the same Idempotency-Key gives the first answer again")]
    public async Task A_repeat_is_the_same_visit()
    {
        var subject = await CustomerAsync();
        var key = Wire.NewKey();
        var first = await VisitAsync(subject, key);
        var asked = Stripe.Requests.Count;
        var again = await VisitAsync(subject, key);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((again.Text, again.Header("Idempotency-Replayed")), Is.EqualTo((first.Text, "true")));
            Assert.That(Stripe.Requests, Has.Count.EqualTo(asked));
            Assert.That((await VisitAsync(NewSubject(), key)).Error, Is.EqualTo("idempotency_conflict"));
            Assert.That((await VisitAsync(subject)).Text, Is.Not.EqualTo(first.Text), "each visit has its own address");
        }
    }

    [Test, Spec(Route, "a customer Stripe no longer knows is forgotten")]
    public async Task A_customer_Stripe_no_longer_knows_is_forgotten()
    {
        var subject = NewSubject();
        var workspace = (string)(await Portal.GetAsync("/portal/me")).Json["workspace"]!["id"]!;
        await Server.Services.GetRequiredService<Db>().WriteAsync(
            session => StripeCustomerStore.AddAsync(session, new Scope(workspace, Mode.Test), subject, "cus_GoneForGood000", Clock.GetUtcNow()), default);

        var gone = await VisitAsync(subject);
        Assert.That((gone.Status, gone.Error), Is.EqualTo((409, "no_stripe_customer")));
        await Stripe.PayAsync((await CheckoutAsync(subject, "PACK1000")).Url);
        Assert.That((await VisitAsync(subject)).Status, Is.EqualTo(200));
    }

    [TestCase("/account")]
    [TestCase("http://shop.example/account")]
    [TestCase("javascript:alert(1)")]
    [TestCase("https://user:secret@shop.example/")]
    [Spec(Route, "return_url is an absolute https address")]
    public async Task A_way_back_that_is_no_address_is_refused(string returnUrl)
    {
        var answer = await Runtime.PostAsync(Path, new JsonObject { ["subject_ref"] = await CustomerAsync(), ["return_url"] = returnUrl });
        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Fields, Is.EqualTo(new[] { "return_url" }));
    }

    private async Task<string> CustomerAsync()
    {
        var subject = NewSubject();
        await Stripe.PayAsync((await CheckoutAsync(subject, "PACK1000")).Url);
        return subject;
    }

    private static JsonObject Body(string subject) => new() { ["subject_ref"] = subject, ["return_url"] = ReturnUrl };

    private Task<Answer> VisitAsync(string subject, string? key = null) => Runtime.PostAsync(Path, Body(subject), key);
}
