using System.Text.Json.Nodes;

namespace Licenzy.Server.Tests.StripeShapes;

/// <summary>Stripe's own example events, in the order they happen, lead to the right access at every stage (CONTRACT §5).</summary>
public sealed class SubscriptionStoryTests
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    [Test]
    public async Task Bought_canceled_kept_renewed_failed_recovered_and_given_up()
    {
        await using var story = await StripeStory.BeginAsync("subscription");

        Expect(await story.TellAsync("customer.subscription.created"), false, "none");
        Expect(await story.TellAsync("invoice.paid"), false, "none");
        Expect(await story.TellAsync("customer.subscription.updated"), true, "active", "subscription_active");
        var bought = await story.TellAsync("checkout.session.completed.subscription");
        Expect(bought, true, "active", "subscription_active");

        var canceling = await story.TellAsync("customer.subscription.updated.cancel_at_period_end");
        Expect(canceling, true, "canceled", "subscription_canceling");
        var end = Right(canceling)["current_period_end"]!;
        Assert.That((string)Right(canceling)["expires_at"]!, Is.EqualTo((string)end!));
        Expect(await story.AtAsync(end, -OneSecond), true, "canceled", "subscription_canceling");
        Expect(await story.AtAsync(end, TimeSpan.Zero), false, "canceled", "subscription_canceled");
        Expect(await story.TellAsync("customer.subscription.updated.uncanceled"), true, "active", "subscription_active");
        Expect(await story.AtAsync(end, TimeSpan.Zero), true, "active", "renewal_pending");

        var renewed = await story.TellAsync("customer.subscription.updated.renewed");
        Expect(renewed, true, "active", "subscription_active");
        Assert.That((string)Right(renewed)["current_period_end"]!, Is.GreaterThan((string)end!));
        Expect(await story.TellAsync("invoice.payment_failed"), true, "active", "subscription_active");
        var failed = await story.TellAsync("customer.subscription.updated.past_due");
        Expect(failed, true, "past_due", "past_due_in_grace");
        Expect(await story.AtAsync(Right(failed)["grace_period_ends_at"]!, TimeSpan.Zero), false, "past_due", "past_due_grace_ended");
        Expect(await story.TellAsync("customer.subscription.updated.recovered"), true, "active", "subscription_active");

        Expect(await story.TellAsync("customer.subscription.updated.unpaid"), false, "past_due", "payment_failed");
        Expect(await story.TellAsync("customer.subscription.deleted.payment_failed"), false, "canceled", "subscription_canceled");
        Expect(await story.TellAsync("customer.subscription.updated.unpaid"), false, "canceled", "subscription_canceled");
    }

    [Test]
    public async Task A_trial_that_pauses_and_goes_on()
    {
        await using var story = await StripeStory.BeginAsync("subscription");

        Expect(await story.TellAsync("customer.subscription.created.trialing"), true, "trialing", "subscription_trialing");
        Expect(await story.TellAsync("checkout.session.completed.subscription_trial"), true, "trialing", "subscription_trialing");
        Expect(await story.TellAsync("customer.subscription.trial_will_end"), true, "trialing", "subscription_trialing");
        Expect(await story.TellAsync("customer.subscription.paused"), false, "paused", "subscription_paused");
        Expect(await story.TellAsync("customer.subscription.resumed"), true, "active", "subscription_active");
    }

    [Test]
    public async Task A_cancellation_in_the_customer_portal_sets_no_flag_and_counts_all_the_same()
    {
        await using var story = await StripeStory.BeginAsync("subscription");
        await story.TellAsync("checkout.session.completed.subscription");
        await story.TellAsync("customer.subscription.updated");

        var canceling = await story.TellAsync("customer.subscription.updated.cancel_at_portal_flexible");

        Expect(canceling, true, "canceled", "subscription_canceling");
        Assert.That((bool)Right(canceling)["cancel_at_period_end"]!, Is.True, "it will not renew");
        Expect(await story.AtAsync(Right(canceling)["expires_at"]!, TimeSpan.Zero), false, "canceled", "subscription_canceled");
    }

    [Test]
    public async Task An_upgrade_changes_the_product_of_the_same_right_and_a_deletion_ends_it()
    {
        await using var story = await StripeStory.BeginAsync("subscription");
        var bought = await story.TellAsync("checkout.session.completed.subscription");
        Expect(bought, true, "active", "subscription_active");

        var upgraded = await story.TellAsync("customer.subscription.updated.upgraded");

        Expect(upgraded, true, "active", "subscription_active");
        Assert.That((string)Right(upgraded)["product_code"]!, Is.EqualTo("UPGRADED"));
        Assert.That((string)Right(upgraded)["id"]!, Is.EqualTo((string)Right(bought)["id"]!));
        Expect(await story.TellAsync("customer.subscription.deleted"), false, "canceled", "subscription_canceled");
    }

    [Test]
    public async Task A_first_payment_that_never_came_gives_nothing()
    {
        await using var story = await StripeStory.BeginAsync("subscription");

        Expect(await story.TellAsync("customer.subscription.created"), false, "none");
        Expect(await story.TellAsync("invoice.payment_action_required"), false, "none");
        Expect(await story.TellAsync("customer.subscription.updated.incomplete_expired"), false, "none");
    }

    internal static void Expect(JsonNode access, bool allowed, string status, string? reason = null)
    {
        Assert.That(((bool)access["has_access"]!, (string)access["status"]!), Is.EqualTo((allowed, status)), access.ToJsonString());
        if (reason is not null)
            Assert.That((string)Right(access)["availability_reason"]!, Is.EqualTo(reason), access.ToJsonString());
    }

    private static JsonNode Right(JsonNode access) => access["entitlements"]!.AsArray().Single()!;
}
