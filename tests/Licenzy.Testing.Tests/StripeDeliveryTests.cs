using System.Globalization;
using System.Net;

namespace Licenzy.Testing.Tests;

public sealed class StripeDeliveryTests : StripeFixture
{
    [Test]
    public async Task Events_are_signed_over_their_exact_bytes_in_real_time()
    {
        Stripe.Advance(TimeSpan.FromDays(40));
        await Stripe.PayAsync(await OpenAsync(Payment()));
        var one = Hooks.All.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(one.Signature, Is.EqualTo(StripeSignature.Sign(one.Body, Stripe.WebhookSecret, Start)));
            Assert.That(one.Body, Is.EqualTo(Stripe.Events.Single().Payload));
            Assert.That((long?)one.Document["created"], Is.EqualTo(Start.AddDays(40).ToUnixTimeSeconds()));
            Assert.That((string?)one.Document["api_version"], Is.EqualTo(StripeEvents.CurrentApiVersion));
        }
    }

    [Test]
    public async Task Another_secret_signs_from_then_on()
    {
        Stripe.SendEventsTo(Hooks.Url, "whsec_other");
        await Stripe.PayAsync(await OpenAsync(Payment()));
        Assert.That(Hooks.All.Single().Signature, Is.EqualTo(StripeSignature.Sign(Hooks.All[0].Body, "whsec_other", Start)));
    }

    [Test]
    public async Task Held_events_wait_and_can_be_shuffled_repeated_and_lost()
    {
        Stripe.HoldEvents = true;
        await SubscribeAsync();
        Assert.That((Hooks.All.Count, Stripe.HeldEvents.Count), Is.EqualTo((0, 5)));

        var answers = await Stripe.ReleaseAsync(held => [held[2], held[1], held[2], held[0]]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers, Is.EqualTo(Enumerable.Repeat(HttpStatusCode.OK, 4)));
            Assert.That(Hooks.Types, Is.EqualTo(new[]
            {
                "customer.subscription.updated", "customer.subscription.created", "customer.subscription.updated", "checkout.session.completed",
            }));
            Assert.That(Stripe.HeldEvents, Is.Empty);
            Assert.That(Stripe.Events[2].Deliveries, Has.Count.EqualTo(2));
        }
    }

    [Test]
    public async Task Held_events_are_released_in_their_order()
    {
        Stripe.HoldEvents = true;
        await SubscribeAsync();
        await Stripe.ReleaseAsync();
        Assert.That(Hooks.Types, Is.EqualTo(Stripe.Events.Select(made => made.Type)));
    }

    [Test]
    public async Task A_refused_event_is_delivered_again_with_the_same_bytes()
    {
        Hooks.Answer = HttpStatusCode.InternalServerError;
        await Stripe.PayAsync(await OpenAsync(Payment()));
        Hooks.Answer = HttpStatusCode.OK;
        Time.Advance(TimeSpan.FromMinutes(10));
        var made = Stripe.Events.Single();
        var again = await Stripe.RedeliverAsync(made.Id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(again, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(made.Deliveries.Select(delivery => delivery.Status), Is.EqualTo(new HttpStatusCode?[] { HttpStatusCode.InternalServerError, HttpStatusCode.OK }));
            Assert.That(Hooks.All[1].Body, Is.EqualTo(Hooks.All[0].Body));
            Assert.That(Hooks.All[1].Signature, Does.StartWith("t=" + Start.AddMinutes(10).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        }
    }

    [Test]
    public async Task A_receiver_that_is_down_does_not_undo_the_payment()
    {
        await Hooks.DisposeAsync();
        var paid = await Stripe.PayAsync(await OpenAsync(Payment()));
        var delivery = Stripe.Events.Single().Deliveries.Single();
        Assert.That((paid.PaymentStatus, delivery.Status), Is.EqualTo(("paid", (HttpStatusCode?)null)));
        Assert.That(delivery.Error, Is.Not.Empty);
    }

    [Test]
    public async Task Any_bytes_can_be_delivered_with_any_signature()
    {
        await Stripe.DeliverAsync([1, 2, 3]);
        await Stripe.DeliverAsync([1, 2, 3], "t=abc");
        await Stripe.DeliverAsync([1, 2, 3], "");
        Assert.That(
            Hooks.All.Select(one => one.Signature), Is.EqualTo(new[] { StripeSignature.Sign([1, 2, 3], Stripe.WebhookSecret, Start), "t=abc", "" }));
    }

    [Test]
    public void An_unknown_event_is_named() =>
        Assert.That(() => Stripe.RedeliverAsync("evt_none"), Throws.ArgumentException.With.Message.Contain("evt_none"));

    [Test]
    public async Task Live_mode_says_so_everywhere()
    {
        await using var live = await StripeDouble.StartAsync(new StripeDoubleOptions { Livemode = true });
        live.SendEventsTo(Hooks.Url);
        Assert.That(live.SecretKey, Does.StartWith("sk_live_"));
        Assert.That(live.AddPrice("price_1", 100).Livemode, Is.True);
        Assert.That(Stripe.SecretKey, Does.StartWith("sk_test_"));
    }
}
