using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Sold elsewhere with the same Stripe account: an operator says to whom.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class StripeLinkTests(Engine engine) : InboxFixture(engine)
{
    private const string Link = "POST /portal/stripe/events/{id}/link";

    [TestCase("customer.subscription.created")]
    [TestCase("customer.subscription.updated")]
    [TestCase("invoice.paid")]
    [TestCase("checkout.session.completed")]
    [Spec(Link, "a subscription sold elsewhere becomes the subject's at the product of its price, whichever of its events is linked, and later events find it")]
    public async Task A_subscription_is_linked_by_any_of_its_events(string type)
    {
        var (subject, session) = (NewSubject(), await SoldAsync("price_pro", "subscription"));

        var answer = await LinkAsync(EventOf(session.Id, session.Subscription, type), subject);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That((string)answer.Json["subject_ref"]!, Is.EqualTo(subject));
        await SettledAsync();

        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));
        Assert.That((string)(await RightAsync(subject))["product_code"]!, Is.EqualTo("PRO"));
        Assert.That(await OpenAsync(session.Subscription!), Is.Null);

        var end = (DateTimeOffset)(await RightAsync(subject))["current_period_end"]!;
        Clock.Set(end);
        await Stripe.RenewAsync(session.Subscription!);
        Clock.Set(Stripe.Now > end ? Stripe.Now : end);
        await SettledAsync();
        Assert.That((DateTimeOffset)(await RightAsync(subject))["current_period_end"]!, Is.EqualTo(end.AddMonths(1)));
    }

    [Test]
    [Spec(Link, "where only an invoice was heard of, Stripe is asked for the subscription")]
    public async Task An_invoice_alone_is_enough()
    {
        var subject = NewSubject();
        Stripe.HoldEvents = true;
        var session = await Stripe.SellAsync("price_pro", "subscription");
        await ReleaseAsync(held => held.Where(made => made.Type == "invoice.paid"));

        var answer = await LinkAsync(EventOf(session.Id, session.Subscription, "invoice.paid"), subject);
        Assert.That((answer.Status, (string)answer.Json["status"]!), Is.EqualTo((200, "pending")), answer.Text);
        await SettledAsync();

        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));
    }

    [TestCase("price_pack1000", "PACK1000")]
    [TestCase("price_pass30", "PASS30")]
    [Spec(Link, "a one-time purchase becomes the subject's by what Stripe says was sold, and can be refunded")]
    public async Task A_purchase_is_linked_by_its_session(string price, string product)
    {
        var (subject, session) = (NewSubject(), await SoldAsync(price, quantity: 2));
        var soldAt = Clock.GetUtcNow();
        Clock.Advance(TimeSpan.FromDays(1));

        var answer = await LinkAsync(EventOf(session.Id, null, "checkout.session.completed"), subject);

        Assert.That((answer.Status, (string)answer.Json["status"]!), Is.EqualTo((200, "applied")), answer.Text);
        var right = await RightAsync(subject);
        Assert.That((string)right["product_code"]!, Is.EqualTo(product));
        if (product == "PACK1000")
            Assert.That((long)right["usage_remaining"]!, Is.EqualTo(2000));
        else
            Assert.That((DateTimeOffset)right["expires_at"]!, Is.EqualTo(soldAt.AddDays(60)));

        await Stripe.RefundAsync(session.Id);
        await SettledAsync();
        Assert.That((await StateAsync(subject)).Reason, Is.EqualTo("refunded"));
    }

    [Test]
    [Spec(Link, "a refund of a purchase that nobody heard of is linked with the purchase, and counts")]
    public async Task A_refund_is_linked_by_its_payment()
    {
        var subject = NewSubject();
        Stripe.HoldEvents = true;
        var session = await Stripe.SellAsync("price_pack1000");
        await Stripe.ReleaseAsync(_ => []);
        Stripe.HoldEvents = false;
        var refund = await Stripe.RefundAsync(session.Id);
        await SettledAsync();

        var answer = await LinkAsync(EventOf(session.PaymentIntent!, null, "charge.refunded"), subject);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That((string)answer.Json["status"]!, Is.EqualTo("applied"), answer.Text);
        Assert.That((await StateAsync(subject)).Reason, Is.EqualTo("refunded"));

        await Stripe.FailRefundAsync(refund.Id);
        await SettledAsync();
        Assert.That((await StateAsync(subject)).Allowed, Is.True);
    }

    [TestCase("payment", "checkout.session.completed")]
    [TestCase("subscription", "customer.subscription.updated")]
    [Spec(Link, "409 price_not_mapped where no product has the price, and nothing is changed; once there is a product the link works")]
    public async Task A_price_without_a_product_is_refused_by_name(string mode, string type)
    {
        var (subject, price) = (NewSubject(), $"price_new_{mode}");
        Stripe.AddPrice(price, 700, recurring: mode == "subscription");
        var session = await SoldAsync(price, mode);
        var id = EventOf(session.Id, session.Subscription, type);
        var before = await Rows.CountsAsync(Server);

        var answer = await LinkAsync(id, subject);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((409, "price_not_mapped")), answer.Text);
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
        var product = await Portal.PostAsync("/portal/products", new JsonObject
        {
            ["mode"] = "test", ["product_code"] = $"NEW_{mode}".ToUpperInvariant(), ["name"] = "New", ["stripe_price_id"] = price,
            ["kind"] = mode == "payment" ? "usage_pack" : "subscription", ["units"] = 7,
        });
        Assert.That(product.Status, Is.EqualTo(201), product.Text);
        Assert.That((await LinkAsync(id, subject)).Status, Is.EqualTo(200));
        Assert.That(await AllowedAsync(subject), Is.True);
    }

    [Test]
    [Spec(Link, "409 not_linkable where the event is applied; 404 where there is none")]
    public async Task What_is_applied_cannot_be_linked()
    {
        var (_, session) = await BoughtAsync("PACK1000");
        var before = await Rows.CountsAsync(Server);

        var applied = await LinkAsync(EventOf(session, null, "checkout.session.completed"), NewSubject());
        Assert.That((applied.Status, applied.Error), Is.EqualTo((409, "not_linkable")), applied.Text);
        Assert.That((await LinkAsync("evt_nobody", NewSubject())).Status, Is.EqualTo(404));
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    [Test]
    [Spec(Link, "503 while Stripe cannot be asked what was sold, and nothing is changed")]
    public async Task A_silent_Stripe_is_told()
    {
        var session = await SoldAsync("price_pack1000");
        var before = await Rows.CountsAsync(Server);
        Stripe.DropNext(3);

        var answer = await LinkAsync(EventOf(session.Id, null, "checkout.session.completed"), NewSubject());

        Assert.That((answer.Status, answer.Error), Is.EqualTo((503, "unavailable")), answer.Text);
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    [Test]
    [Spec(Link, "the same Idempotency-Key links once and answers alike; the link is audited")]
    public async Task A_repeat_is_answered_alike()
    {
        var (subject, session, key) = (NewSubject(), await SoldAsync("price_pack1000"), Wire.NewKey());
        var id = EventOf(session.Id, null, "checkout.session.completed");

        var first = await LinkAsync(id, subject, key);
        var second = await LinkAsync(id, subject, key);

        Assert.That((second.Status, second.Text, second.Header("Idempotency-Replayed")), Is.EqualTo((200, first.Text, "true")));
        Assert.That((long)(await RightAsync(subject))["usage_remaining"]!, Is.EqualTo(1000));
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from audit_log where action = 'stripe_event.linked' and target = @id", new { id }), Is.EqualTo(1));
    }

    private async Task<Licenzy.Testing.StripeCheckoutSession> SoldAsync(string price, string mode = "payment", int quantity = 1)
    {
        Stripe.HoldEvents = false;
        return await Stripe.SellAsync(price, mode, quantity);
    }

    // The double's event of a type whose object is one of these.
    private string EventOf(string objectId, string? subscription, string type) => Stripe.Events.Last(made =>
        made.Type == type && System.Text.Encoding.UTF8.GetString(made.Payload) is var text
        && (text.Contains($"\"{objectId}\"", StringComparison.Ordinal) || (subscription is not null && text.Contains($"\"{subscription}\"", StringComparison.Ordinal)))).Id;

    private Task<string?> OpenAsync(string objectId) => Rows.ValueAsync<string>(
        Server, "select min(type || ' ' || status || ': ' || coalesce(note, '')) from stripe_events where object_id = @objectId and status <> 'applied'", new { objectId });

    private Task<Answer> LinkAsync(string id, string subject, string? key = null) =>
        Portal.PostAsync($"/portal/stripe/events/{id}/link", new JsonObject { ["subject_ref"] = subject }, key);
}
