using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Months that turn, payments that fail and come back, through a Stripe that does it all by itself.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class RenewalTests(Engine engine) : WebhookFixture(engine)
{
    [Test]
    [Spec(Route, "a paid invoice alone proves the new period")]
    public async Task The_invoice_may_come_without_the_subscriptions_event()
    {
        var (subject, id) = await SubscribedAsync();
        await AtPeriodEndAsync(id, Stripe.RenewAsync);

        await CatchUpAsync(only: "invoice.paid");

        Assert.That((string)(await RightAsync(subject))["current_period_end"]!, Is.EqualTo(Wire.Time(PeriodEnd(id))));
        Assert.That((await StateAsync(subject)).Reason, Is.EqualTo("subscription_active"));
    }

    [Test]
    [Spec(Route, "included units are reset with the paid period")]
    public async Task Included_units_come_back_with_the_period()
    {
        var (subject, id) = await SubscribedAsync("PROPLUS");
        Assert.That((long)(await ConsumeAsync(subject, 70)).Json["usage_remaining"]!, Is.EqualTo(30));
        await AtPeriodEndAsync(id, Stripe.RenewAsync);
        await CatchUpAsync();

        Assert.That((long)(await RightAsync(subject))["usage_remaining"]!, Is.EqualTo(100));
    }

    [Test]
    [Spec(Route, "past_due lets in for the grace from its first day, and not after, without any event")]
    public async Task Past_due_has_its_grace()
    {
        var (subject, id) = await FailedAsync();
        var end = DateTimeOffset.Parse((string)(await RightAsync(subject))["grace_period_ends_at"]!, System.Globalization.CultureInfo.InvariantCulture);

        Assert.That(await StateAsync(subject), Is.EqualTo((true, "past_due", "past_due_in_grace")));
        Assert.That(end, Is.EqualTo(Clock.GetUtcNow().AddDays(21)));
        Clock.Set(end.AddSeconds(-1));
        Stripe.HoldEvents = true;
        await Stripe.FailRenewalAsync(id);
        await CatchUpAsync(keepTime: true);
        Assert.That(await AllowedAsync(subject), Is.True);
        Assert.That((string)(await RightAsync(subject))["grace_period_ends_at"]!, Is.EqualTo(Wire.Time(end)), "failing again buys no time");
        Clock.Set(end);
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "past_due", "past_due_grace_ended")));
    }

    [Test]
    [Spec(Route, "a payment recovered inside the grace is active, and the grace is gone")]
    public async Task A_recovered_payment_is_active()
    {
        var (subject, id) = await FailedAsync();
        Clock.Advance(TimeSpan.FromDays(6));
        Stripe.HoldEvents = true;
        await Stripe.RecoverAsync(id);
        await CatchUpAsync();

        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));
        Assert.That((await RightAsync(subject))["grace_period_ends_at"], Is.Null);
    }

    [Test]
    [Spec(Route, "unpaid is no; paid after all is yes")]
    public async Task Unpaid_and_paid_after_all()
    {
        var (subject, id) = await FailedAsync();
        Clock.Advance(TimeSpan.FromDays(9));
        Stripe.HoldEvents = true;
        await Stripe.MarkUnpaidAsync(id);
        await CatchUpAsync();
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "past_due", "payment_failed")));

        Clock.Advance(TimeSpan.FromDays(1));
        Stripe.HoldEvents = true;
        await Stripe.RecoverAsync(id);
        await CatchUpAsync();
        Assert.That((await StateAsync(subject)).Allowed, Is.True);
    }

    [Test]
    [Spec(Route, "canceled for lack of payment is no at once")]
    public async Task Canceled_for_lack_of_payment()
    {
        var (subject, id) = await FailedAsync();
        Clock.Advance(TimeSpan.FromDays(2));
        Stripe.HoldEvents = true;
        await Stripe.CancelNowAsync(id, "payment_failed");
        await CatchUpAsync();

        Assert.That(await StateAsync(subject), Is.EqualTo((false, "canceled", "subscription_canceled")));
    }

    [Test]
    [Spec(Route, "a change of price switches the product in one step")]
    public async Task Another_price_is_another_product()
    {
        var (subject, id) = await SubscribedAsync();
        var right = (string)(await RightAsync(subject))["id"]!;
        Clock.Advance(TimeSpan.FromHours(1));
        Stripe.HoldEvents = true;
        await Stripe.ChangePriceAsync(id, "price_proplus");
        await CatchUpAsync();

        var after = await RightAsync(subject);
        Assert.That(((string)after["id"]!, (string)after["product_code"]!), Is.EqualTo((right, "PROPLUS")));
        Assert.That((long)after["usage_remaining"]!, Is.EqualTo(100));
        Assert.That(await AllowedAsync(subject), Is.True);
    }

    private DateTimeOffset PeriodEnd(string id) => Stripe.Subscriptions.Single(known => known.Id == id).PeriodEnd;

    private async Task<(string Subject, string Subscription)> SubscribedAsync(string product = "PRO")
    {
        var subject = NewSubject();
        Stripe.HoldEvents = true;
        var session = await Stripe.PayAsync((await CheckoutAsync(subject, product)).Url);
        await CatchUpAsync();
        Assert.That((await StateAsync(subject)).Allowed, Is.True);
        return (subject, session.Subscription!);
    }

    private async Task<(string Subject, string Subscription)> FailedAsync()
    {
        var (subject, id) = await SubscribedAsync();
        await AtPeriodEndAsync(id, Stripe.FailRenewalAsync);
        await CatchUpAsync();
        return (subject, id);
    }

    private async Task AtPeriodEndAsync(string id, Func<string, CancellationToken, Task> turn)
    {
        Clock.Advance(PeriodEnd(id) - Stripe.Now);
        Stripe.HoldEvents = true;
        await turn(id, CancellationToken.None);
    }

    // The double's time runs an hour ahead when periods turn: the server's clock follows to the newest event before any is sent.
    private async Task CatchUpAsync(string? only = null, bool keepTime = false)
    {
        var newest = Stripe.HeldEvents.Max(made => DateTimeOffset.FromUnixTimeSeconds(
            (long)System.Text.Json.Nodes.JsonNode.Parse(made.Payload)!["created"]!));
        if (newest > Clock.GetUtcNow() && !keepTime)
            Clock.Set(newest);
        Stripe.HoldEvents = false;
        var answers = await Stripe.ReleaseAsync(held => held.Where(made => only is null || made.Type == only));
        Assert.That(answers, Is.Not.Empty.And.All.EqualTo(System.Net.HttpStatusCode.OK));
    }
}
