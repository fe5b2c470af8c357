using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Money that goes back, for one-time purchases: at once, in parts, told twice, and refunds that fail after all.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class RefundTests(Engine engine) : InboxFixture(engine)
{
    [Test]
    [Spec(Route, "a full refund of a pass ends it at once")]
    public async Task A_refunded_pass_is_over()
    {
        var (subject, session) = await BoughtAsync("PASS30");
        Clock.Advance(TimeSpan.FromDays(3));
        var refundedAt = Clock.GetUtcNow();

        await Stripe.RefundAsync(session);

        Assert.That(await StateAsync(subject), Is.EqualTo((false, "canceled", "refunded")));
        Assert.That((string)(await RightAsync(subject))["expires_at"]!, Is.EqualTo(Wire.Time(refundedAt)));
    }

    [Test]
    [Spec(Route, "a partial refund changes nothing and leaves an audit row; parts that add up to all of it do")]
    public async Task Parts_are_noted_until_they_are_the_whole()
    {
        var (subject, session) = await BoughtAsync("PASS30");
        var before = await Rows.ValueAsync<long>(Server, "select count(*) from audit_log where action = 'payment.noted'");

        await Stripe.RefundAsync(session, 400);

        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "time_pass_active")));
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from audit_log where action = 'payment.noted'"), Is.GreaterThan(before));

        Clock.Advance(TimeSpan.FromHours(1));
        await Stripe.RefundAsync(session, 500);
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "canceled", "refunded")));
    }

    [Test]
    [Spec(Route, "a full refund of a half-used pack leaves nothing to use; its history stays")]
    public async Task A_refunded_pack_has_no_units()
    {
        var (subject, session) = await BoughtAsync("PACK1000");
        await ConsumeAsync(subject, 600);

        await Stripe.RefundAsync(session);

        Assert.That(await StateAsync(subject), Is.EqualTo((false, "canceled", "refunded")));
        Assert.That((long)(await RightAsync(subject))["usage_remaining"]!, Is.Zero);
        Assert.That((await ConsumeAsync(subject, 1)).Status, Is.EqualTo(409));
    }

    [Test]
    [Spec(Route, "refund.created, charge.refunded and refund.updated of one refund are one effect, in any order and number")]
    public async Task One_refund_told_thrice_is_one_effect()
    {
        var (subject, session) = await BoughtAsync("PACK1000");
        Stripe.HoldEvents = true;
        var refund = await Stripe.RefundAsync(session, pending: true);
        await Stripe.SettleRefundAsync(refund.Id);
        var version = (long)(await SummaryAsync(subject))["version"]!;

        await ReleaseAsync(held => held.Reverse().Concat(held).Concat(held));

        Assert.That(await StateAsync(subject), Is.EqualTo((false, "canceled", "refunded")));
        Assert.That((long)(await SummaryAsync(subject))["version"]!, Is.EqualTo(version + 1));
    }

    [TestCase("PASS30", "time_pass_active")]
    [TestCase("PACK1000", "usage_pack_available")]
    [Spec(Route, "a refund that fails gives the right back, with its end and its units")]
    public async Task A_failed_refund_gives_the_right_back(string product, string reason)
    {
        var (subject, session) = await BoughtAsync(product);
        if (product == "PACK1000")
            await ConsumeAsync(subject, 250);
        var before = (await RightAsync(subject)).ToJsonString();
        Clock.Advance(TimeSpan.FromDays(1));
        var refund = await Stripe.RefundAsync(session);
        Assert.That((await StateAsync(subject)).Allowed, Is.False);
        Clock.Advance(TimeSpan.FromDays(2));

        await Stripe.FailRefundAsync(refund.Id);

        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", reason)));
        Assert.That((await RightAsync(subject)).ToJsonString(), Is.EqualTo(before));
    }

    [Test]
    [Spec(Route, "a refund and its failure in the wrong order leave the right as it was")]
    public async Task A_failure_heard_before_its_refund_counts()
    {
        var (subject, session) = await BoughtAsync("PASS30");
        Stripe.HoldEvents = true;
        var refund = await Stripe.RefundAsync(session);
        Clock.Advance(TimeSpan.FromDays(1));
        await Stripe.FailRefundAsync(refund.Id);

        await ReleaseAsync(held => held.Reverse());

        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "time_pass_active")));
    }

    [Test]
    [Spec(Route, "a refunded pass moves the later one forward, a failed refund moves it back")]
    public async Task Later_passes_move_with_the_earlier_one()
    {
        var start = Clock.GetUtcNow();
        var (subject, session) = await BoughtAsync("PASS30");
        Clock.Set(start.AddDays(10));
        await Stripe.PayAsync((await CheckoutAsync(subject, "PASS30")).Url);
        Assert.That(await EndsAsync(subject), Is.EqualTo(new[] { start.AddDays(30), start.AddDays(60) }));

        Clock.Set(start.AddDays(15));
        var refund = await Stripe.RefundAsync(session);
        Assert.That(await EndsAsync(subject), Is.EqualTo(new[] { start.AddDays(15), start.AddDays(45) }));
        Assert.That(await AllowedAsync(subject), Is.True);

        Clock.Set(start.AddDays(20));
        await Stripe.FailRefundAsync(refund.Id);
        Assert.That(await EndsAsync(subject), Is.EqualTo(new[] { start.AddDays(30), start.AddDays(60) }));
    }

    [Test]
    [Spec(Route, "a refund that is heard of before its purchase blocks the purchase when it comes")]
    public async Task A_refund_heard_before_its_purchase_counts()
    {
        var subject = NewSubject();
        Stripe.HoldEvents = true;
        var session = await Stripe.PayAsync((await CheckoutAsync(subject, "PASS30")).Url);
        Clock.Advance(TimeSpan.FromHours(1));
        await Stripe.RefundAsync(session.Id);

        await ReleaseAsync(held => held.Reverse());
        await SettledAsync();

        Assert.That(await StateAsync(subject), Is.EqualTo((false, "canceled", "refunded")));
    }

    [TestCase("PASS30", 400, 1)]
    [TestCase("PRO", 400, 1)]
    [TestCase("PASS30", null, 0)]
    [TestCase("PRO", null, 0)]
    [Spec(Route, "a partial refund leaves one audit row, however often Stripe tells it; a full one, which takes the right, none")]
    public async Task What_nothing_follows_from_is_noted_once(string product, long? amount, long rows)
    {
        var (_, session) = await BoughtAsync(product);
        var paid = Stripe.Sessions.Single(one => one.Id == session).Invoice ?? session;
        Clock.Advance(TimeSpan.FromHours(1));

        var refund = await Stripe.RefundAsync(paid, amount, pending: true);
        await SettledAsync();
        await Stripe.SettleRefundAsync(refund.Id);
        await SettledAsync();

        Assert.That(
            await Rows.ValueAsync<long>(Server, "select count(*) from audit_log where action = 'payment.noted' and target = @id", new { id = refund.PaymentIntent }), Is.EqualTo(rows));
    }

    [Test]
    [Spec(Route, "no number of invoices that renew nothing makes a refunded month be forgotten")]
    public async Task A_refunded_month_outlasts_many_small_invoices()
    {
        var (subject, session) = await BoughtAsync("PRO");
        var invoice = Stripe.Invoices.Single(one => one.Id == Stripe.Sessions.Single(known => known.Id == session).Invoice);
        await Stripe.RefundAsync(invoice.Id);
        await SettledAsync();
        Assert.That((await StateAsync(subject)).Reason, Is.EqualTo("refunded"));

        for (var n = 0; n < 25; n++)
        {
            Clock.Advance(TimeSpan.FromMinutes(1));
            var change = StripeEvents.InvoicePaid(invoice with { Id = $"in_change_{n}", PaidAt = Clock.GetUtcNow() }, Now());
            foreach (var line in change["data"]!["object"]!["lines"]!["data"]!.AsArray())
                line!["parent"]!["subscription_item_details"]!["proration"] = true;
            await DeliverAsync(change);
        }

        Assert.That(await StateAsync(subject), Is.EqualTo((false, "past_due", "refunded")));
    }

    private async Task<IEnumerable<DateTimeOffset>> EndsAsync(string subject) =>
        (await SummaryAsync(subject))["entitlements"]!.AsArray()
            .Select(right => DateTimeOffset.Parse((string)right!["expires_at"]!, System.Globalization.CultureInfo.InvariantCulture)).Order().ToList();
}
