using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Whose purchase is it? Our own records decide; what a payer can type decides nothing.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class MatchingTests(Engine engine) : WebhookFixture(engine)
{
    // One call and two retries of the gateway's.
    private const int EveryTry = 3;

    [Test]
    [Spec(Route, "a session with only our client_reference_id is resolved")]
    public async Task Our_client_reference_is_enough()
    {
        var (subject, session) = await WithLostAnswerAsync();
        var made = Completed(session with { Metadata = new Dictionary<string, string>() });

        await DeliverAsync(made);

        Assert.That(await AllowedAsync(subject), Is.True);
        Assert.That(await StatusOfAsync(made), Is.EqualTo("applied"));
    }

    [Test]
    public async Task Our_metadata_is_enough()
    {
        var (subject, session) = await WithLostAnswerAsync();

        await DeliverAsync(Completed(session with { ClientReferenceId = null }));

        Assert.That(await AllowedAsync(subject), Is.True);
    }

    [Test]
    public async Task A_payment_before_our_caller_repeats_is_not_paid_again()
    {
        var (subject, session) = await WithLostAnswerAsync();
        await DeliverAsync(Completed(session));
        await DeliverAsync(Completed(session));

        Assert.That((long)(await RightAsync(subject))["usage_remaining"]!, Is.EqualTo(1000));
    }

    [Test]
    [Spec(Route, "a session of neither reference is stored as unmatched and gives nothing")]
    public async Task What_matches_nothing_is_kept_for_the_operator()
    {
        var before = await Rows.CountsAsync(Server);
        var made = new StripeSample { ClientReferenceId = "att_00000000000000000000000000" }.Event("checkout.session.completed", Now());

        await DeliverAsync(made);
        await DeliverAsync(made);

        before["stripe_events"]++;
        Assert.That(await StatusOfAsync(made), Is.EqualTo("unmatched"));
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    [Test]
    [Spec(Route, "a client_reference_id typed into a payment link's address grants nothing")]
    public async Task A_payment_links_reference_grants_nothing()
    {
        var (subject, session) = await WithLostAnswerAsync();
        var forged = Completed(session with { Id = "cs_test_forged", Metadata = new Dictionary<string, string>() });
        forged["data"]!["object"]!["payment_link"] = "plink_1";

        await DeliverAsync(forged);

        Assert.That(await AllowedAsync(subject), Is.False);
        Assert.That(await StatusOfAsync(forged), Is.EqualTo("unmatched"));
    }

    [Test]
    public async Task Another_session_never_pays_an_attempt_whose_session_is_known([Values] bool metadata)
    {
        var subject = NewSubject();
        var started = await CheckoutAsync(subject, "PACK1000");
        var session = Stripe.Sessions.Single(made => made.Url == started.Url);
        var forged = Completed(session with { Id = "cs_test_other", Metadata = metadata ? session.Metadata : new Dictionary<string, string>() });

        await DeliverAsync(forged);

        Assert.That(await AllowedAsync(subject), Is.False);
        Assert.That(await StatusOfAsync(forged), Is.EqualTo("unmatched"));
    }

    [Test]
    public async Task A_subject_in_the_metadata_is_not_asked()
    {
        var (victim, payer) = (NewSubject(), NewSubject());
        var started = await CheckoutAsync(payer, "PACK1000");
        var session = Stripe.Sessions.Single(made => made.Url == started.Url);
        var metadata = new Dictionary<string, string>(session.Metadata) { ["licenzy_subject_ref"] = victim, ["licenzy_product_code"] = "PRO" };

        await DeliverAsync(Completed(session with { Metadata = metadata }));

        Assert.That((await AllowedAsync(payer), await AllowedAsync(victim)), Is.EqualTo((true, false)));
        Assert.That((string)(await RightAsync(payer))["product_code"]!, Is.EqualTo("PACK1000"));
    }

    [TestCase("customer.subscription.updated")]
    [TestCase("customer.subscription.deleted")]
    [Spec(Route, "a subscription that is not ours is stored as unmatched and gives nothing")]
    public async Task A_subscription_of_nobodys_is_unmatched(string type)
    {
        var before = await Rows.CountsAsync(Server);
        var made = new StripeSample { Line = new StripeLineItem(new StripePrice("price_pro", 2000) { Interval = "month" }) }.Event(type, Now());

        await DeliverAsync(made);

        before["stripe_events"]++;
        Assert.That(await StatusOfAsync(made), Is.EqualTo("unmatched"));
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    // Stripe made the session and we never heard of it: the attempt does not know its session's id.
    private async Task<(string Subject, StripeCheckoutSession Session)> WithLostAnswerAsync()
    {
        var subject = NewSubject();
        Stripe.DropNext(EveryTry);
        var body = new JsonObject { ["subject_ref"] = subject, ["product_code"] = "PACK1000" };
        Assert.That((await Runtime.PostAsync("/v1/checkout/session", body, Wire.NewKey())).Status, Is.EqualTo(503));
        return (subject, Stripe.Sessions[^1]);
    }

    private JsonObject Completed(StripeCheckoutSession session) =>
        StripeEvents.CheckoutSessionCompleted(session with { Status = "complete", PaymentStatus = "paid", Url = null }, Now());
}
