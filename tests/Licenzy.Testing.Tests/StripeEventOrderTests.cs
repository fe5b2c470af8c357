using System.Text.Json.Nodes;

namespace Licenzy.Testing.Tests;

public sealed class StripeEventOrderTests : StripeFixture
{
    [Test]
    public async Task A_one_time_payment_sends_one_event()
    {
        var paid = await Stripe.PayAsync(await OpenAsync(Payment()));
        var session = Object("checkout.session.completed");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Hooks.Types, Is.EqualTo(new[] { "checkout.session.completed" }));
            Assert.That((string?)session["payment_status"], Is.EqualTo("paid"));
            Assert.That((string?)session["payment_intent"], Is.EqualTo(Stripe.PaymentIntents.Single().Id));
            Assert.That(session["customer"], Is.Null, "a guest");
            Assert.That(paid.Url, Is.Null);
        }
    }

    [Test]
    public async Task A_subscription_sends_its_events_in_stripes_order()
    {
        var id = await SubscribeAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Hooks.Types, Is.EqualTo(new[]
            {
                "checkout.session.completed", "customer.subscription.created", "customer.subscription.updated",
                "invoice.paid", "invoice.payment_succeeded",
            }));
            Assert.That((string?)Object("customer.subscription.created")["status"], Is.EqualTo("incomplete"));
            Assert.That((string?)Object("customer.subscription.updated")["status"], Is.EqualTo("active"));
            Assert.That((string?)Previous("customer.subscription.updated")["status"], Is.EqualTo("incomplete"));
            Assert.That((string?)Object("invoice.paid")["parent"]!["subscription_details"]!["subscription"], Is.EqualTo(id));
            var item = Object("customer.subscription.updated")["items"]!["data"]![0]!;
            Assert.That((long?)item["current_period_end"], Is.EqualTo(Start.AddMonths(1).ToUnixTimeSeconds()));
        }
    }

    [Test]
    public async Task Metadata_stays_where_it_was_put()
    {
        await SubscribeAsync(
            ("client_reference_id", "att_1"), ("metadata[on]", "session"), ("subscription_data[metadata][on]", "subscription"),
            ("line_items[0][metadata][on]", "line"));
        await Stripe.PayAsync(await OpenAsync(Payment(("metadata[on]", "session"), ("payment_intent_data[metadata][on]", "payment"))));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)Object("checkout.session.completed")["metadata"]!["on"], Is.EqualTo("session"));
            Assert.That((string?)Object("checkout.session.completed")["client_reference_id"], Is.EqualTo("att_1"));
            Assert.That((string?)Object("customer.subscription.updated")["metadata"]!["on"], Is.EqualTo("subscription"));
            var invoice = Object("invoice.paid");
            Assert.That(invoice["metadata"]!.AsObject(), Is.Empty);
            Assert.That((string?)invoice["parent"]!["subscription_details"]!["metadata"]!["on"], Is.EqualTo("subscription"));
            Assert.That((string?)invoice["lines"]!["data"]![0]!["metadata"]!["on"], Is.EqualTo("subscription"));
            Assert.That(Stripe.PaymentIntents.Select(payment => payment.Metadata.GetValueOrDefault("on")), Is.EqualTo(new[] { null, "payment" }));
        }
    }

    [Test]
    public async Task A_delayed_payment_arrives_or_fails_once()
    {
        var good = await OpenAsync(Payment());
        await Stripe.PayLaterAsync(good);
        await Stripe.SettleAsync(good);
        var bad = await OpenAsync(Payment());
        await Stripe.PayLaterAsync(bad);
        await Stripe.FailPaymentAsync(bad);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Hooks.Types, Is.EqualTo(new[]
            {
                "checkout.session.completed", "checkout.session.async_payment_succeeded",
                "checkout.session.completed", "checkout.session.async_payment_failed",
            }));
            Assert.That(
                Hooks.All.Select(one => (string?)one.Document["data"]!["object"]!["payment_status"]), Is.EqualTo(new[] { "unpaid", "paid", "unpaid", "unpaid" }));
            Assert.ThrowsAsync<InvalidOperationException>(() => Stripe.SettleAsync(bad));
            Assert.ThrowsAsync<InvalidOperationException>(() => Stripe.SettleAsync(good));
        }
    }

    [Test]
    public async Task A_delayed_payment_of_a_subscription_pays_its_invoice_later()
    {
        var session = await OpenAsync(Subscription());
        var done = await Stripe.PayLaterAsync(session);
        Assert.That((done.PaymentStatus, Stripe.Invoices.Single().Status), Is.EqualTo(("unpaid", "open")));
        await Stripe.SettleAsync(session);
        Assert.That(Stripe.Invoices.Single().Status, Is.EqualTo("paid"));
        Assert.That(Hooks.Types.TakeLast(3), Is.EqualTo(new[]
        {
            "checkout.session.async_payment_succeeded", "invoice.paid", "invoice.payment_succeeded",
        }));
    }

    [Test]
    public async Task An_expired_session_can_not_be_paid()
    {
        var session = await OpenAsync(Payment());
        var expired = await Stripe.ExpireAsync(session);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((expired.Status, expired.Url), Is.EqualTo(("expired", (string?)null)));
            Assert.That(Hooks.Types, Is.EqualTo(new[] { "checkout.session.expired" }));
            Assert.That(Stripe.Now, Is.EqualTo(Start.AddDays(1)));
            Assert.ThrowsAsync<InvalidOperationException>(() => Stripe.PayAsync(session));
        }
    }

    [Test]
    public async Task Nothing_due_needs_no_payment()
    {
        var paid = await Stripe.PayAsync(await OpenAsync(Payment(("line_items[0][price]", "price_free"))));
        Assert.That((paid.PaymentStatus, paid.PaymentIntent), Is.EqualTo(("no_payment_required", (string?)null)));
    }

    [Test]
    public async Task A_trial_begins_unpaid_pauses_and_resumes()
    {
        var id = await SubscribeAsync(("subscription_data[trial_period_days]", "14"));
        var trial = Object("customer.subscription.created");
        await Stripe.TrialWillEndAsync(id);
        await Stripe.PauseAsync(id);
        Stripe.Advance(TimeSpan.FromDays(20));
        var resumed = await Stripe.ResumeAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)Object("checkout.session.completed")["payment_status"], Is.EqualTo("no_payment_required"));
            Assert.That((string?)trial["status"], Is.EqualTo("trialing"));
            Assert.That((long?)trial["trial_end"], Is.EqualTo(Start.AddDays(14).ToUnixTimeSeconds()));
            Assert.That(Hooks.Types.Skip(4), Is.EqualTo(new[]
            {
                "customer.subscription.trial_will_end", "customer.subscription.paused", "customer.subscription.resumed",
                "invoice.paid", "invoice.payment_succeeded",
            }));
            Assert.That((string?)Previous("customer.subscription.resumed")["status"], Is.EqualTo("paused"));
            Assert.That((resumed.PeriodStart, resumed.PeriodEnd), Is.EqualTo((Start.AddDays(20), Start.AddDays(20).AddMonths(1))));
        }
    }

    private JsonNode Object(string type) => First(type)["data"]!["object"]!;

    private JsonNode Previous(string type) => First(type)["data"]!["previous_attributes"]!;

    private JsonNode First(string type) => Hooks.All.Select(one => one.Document).First(document => (string?)document["type"] == type);
}
