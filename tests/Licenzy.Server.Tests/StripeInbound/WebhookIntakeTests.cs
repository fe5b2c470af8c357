using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Server.StripeInbound;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>What is let in, what is only nodded at, and what is sent back.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class WebhookIntakeTests(Engine engine) : WebhookFixture(engine)
{
    [TestCase("customer.created")]
    [TestCase("customer.subscription.trial_will_end")]
    [TestCase("a.type.of.tomorrow")]
    [Spec(Route, "an unknown type is 200 and stores nothing")]
    public async Task An_unknown_type_leaves_no_trace(string type)
    {
        var before = await Rows.CountsAsync(Server);
        var made = new StripeSample().Event("invoice.paid", Now());
        made["type"] = type;

        await DeliverAsync(made);

        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    [Test]
    [Spec(Route, "an event of the other livemode is 200 and changes nothing but the audit log")]
    [Spec(Route, "an event of a foreign account is 200 and changes nothing but the audit log")]
    public async Task A_foreign_event_changes_nothing([Values("livemode", "account")] string what)
    {
        var subject = NewSubject();
        var before = await Rows.CountsAsync(Server);
        var session = await CompletedAsync(subject);
        var added = await Rows.CountsAsync(Server);
        session[what] = what == "livemode" ? true : "acct_somebodyelse";

        await DeliverAsync(session);

        added["audit_log"]++;
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(added));
        Assert.That(before, Is.Not.EqualTo(added));
        Assert.That(await AllowedAsync(subject), Is.False);
    }

    [Test]
    public async Task Our_own_account_is_not_foreign()
    {
        var subject = NewSubject();
        var session = await CompletedAsync(subject);
        session["account"] = Stripe.AccountId;

        await DeliverAsync(session);

        Assert.That(await AllowedAsync(subject), Is.True);
    }

    [Test]
    [Spec(Route, "a body over 1 MiB is 413")]
    public async Task A_body_goes_up_to_a_mebibyte()
    {
        var made = new StripeSample().Event("customer.subscription.updated", Now());
        var largest = Encoding.UTF8.GetBytes(made.ToJsonString().PadRight(1024 * 1024));

        Assert.That((await PostAsync(largest)).Status, Is.EqualTo(200));
        var answer = await PostAsync([.. largest, (byte)' ']);
        Assert.That((answer.Status, answer.Error), Is.EqualTo((413, "payload_too_large")));
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("nonsense")]
    [TestCase("""{"object":"event"}""")]
    [TestCase("""{"object":"event","id":"evt_1","type":"invoice.paid","created":1,"data":{}}""")]
    [TestCase("""{"object":"event","id":"evt_1","type":"invoice.paid","created":0,"data":{"object":{"id":"in_1"}}}""")]
    [TestCase("""{"object":"event","id":"evt_1","type":"invoice.paid","created":"now","data":{"object":{"id":"in_1"}}}""")]
    [TestCase("""{"object":"event","id":5,"type":"invoice.paid","created":1785585600,"data":{"object":{"id":"in_1"}}}""")]
    [TestCase("""{"object":"event","id":"evt_\ud800","type":"invoice.paid","created":1785585600,"data":{"object":{"id":"in_1"}}}""")]
    [TestCase("""{"object":"event","id":"evt_\u0000","type":"invoice.paid","created":1785585600,"data":{"object":{"id":"in_1"}}}""")]
    [TestCase("""{"object":"event","id":"evt_1","type":"invoice.paid","created":1785585600,"data":{"object":{}}}""")]
    [TestCase("""{"object":"event","id":"evt_1","type":"invoice.paid","created":1785585600,"data":{"object":{"id":"in_1"}}} x""")]
    [TestCase("""{"object":"event","id":"evt_1","type":"customer.subscription.updated","created":1785585600,"data":{"object":{"id":["sub_1"]}}}""")]
    [TestCase("\ufeff{}")]
    [Spec(Route, "signed nonsense is 400 and nothing is stored")]
    public async Task Signed_nonsense_is_refused(string text)
    {
        var before = await Rows.CountsAsync(Server);

        var answer = await PostAsync(Encoding.UTF8.GetBytes(text));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { "body" }));
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    [Test]
    public async Task Bytes_that_are_no_text_and_endless_nesting_are_refused()
    {
        foreach (var payload in new byte[][] { [0xff, 0xfe, 0x7b, 0x7d], Encoding.UTF8.GetBytes(new string('[', 100_000)) })
        {
            Assert.That((await PostAsync(payload)).Status, Is.EqualTo(400));
        }
    }

    [Test]
    public void All_that_is_read_of_refunds_is_asked_for_and_Stripe_takes_the_list()
    {
        Assert.That(RequiredEvents.All, Does.Contain("charge.refund.updated"));
        Assert.That(RequiredEvents.All, Has.Count.LessThanOrEqualTo(20).And.Unique, "types[] of Stripe's list of events");
    }

    [Test]
    public async Task Known_types_with_hollow_objects_are_taken_without_effect()
    {
        var subject = NewSubject();
        await DeliverAsync(StripeEvents.SubscriptionUpdated(await SubscriptionOfAsync(subject), options: Now()));
        foreach (var type in RequiredEvents.All)
        {
            var made = new StripeSample().Event("invoice.paid", Now());
            made["type"] = type;
            made["data"] = new JsonObject { ["object"] = new JsonObject { ["id"] = "obj_1" } };
            Assert.That((await PostAsync(made)).Status, Is.EqualTo(200), type);
        }

        Assert.That(await AllowedAsync(subject), Is.True);
    }

    // The event of a purchase by this subject that nobody has delivered yet.
    private async Task<JsonObject> CompletedAsync(string subject)
    {
        Stripe.HoldEvents = true;
        await Stripe.PayAsync((await CheckoutAsync(subject, "PASS30")).Url);
        var held = Stripe.HeldEvents[0];
        await Stripe.ReleaseAsync(_ => []);
        Stripe.HoldEvents = false;
        return JsonNode.Parse(held.Payload)!.AsObject();
    }
}
