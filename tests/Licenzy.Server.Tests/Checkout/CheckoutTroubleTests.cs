using System.Text.Json.Nodes;
using Licenzy.Domain;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Checkout;

/// <summary>Purchases while callers hang up, customers vanish and news is late.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class CheckoutTroubleTests(Engine engine) : ServerFixture(engine)
{
    [Test, Spec("POST /v1/checkout/session", "a caller who hangs up finds the session under the same key")]
    public async Task A_caller_who_hangs_up_finds_the_session_under_the_same_key()
    {
        var (subject, key) = (NewSubject(), Wire.NewKey());
        var body = new JsonObject { ["subject_ref"] = subject, ["product_code"] = "PRO" };
        Stripe.DelayNext(TimeSpan.FromMilliseconds(800));
        using var impatient = new Wire(Server.CreateClient(Server.TestKey));
        impatient.Http.Timeout = TimeSpan.FromMilliseconds(200);
        Assert.That(async () => await impatient.PostAsync("/v1/checkout/session", body, key), Throws.InstanceOf<OperationCanceledException>());

        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Answer answer;
        do
        {
            await pause.WaitForNextTickAsync(patience.Token);
            answer = await Runtime.PostAsync("/v1/checkout/session", body, key);
        }
        while (answer is { Status: 409, Error: "idempotency_in_progress" });

        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        Assert.That(Stripe.Sessions.Count(session => session.ClientReferenceId == (string)answer.Json["attempt_id"]!), Is.EqualTo(1));
    }

    [Test, Spec("POST /v1/checkout/session", "a customer Stripe no longer knows does not stop a purchase")]
    public async Task A_customer_Stripe_no_longer_knows_does_not_stop_a_purchase()
    {
        var subject = NewSubject();
        var db = Server.Services.GetRequiredService<Db>();
        var workspace = (string)(await Portal.GetAsync("/portal/me")).Json["workspace"]!["id"]!;
        await db.WriteAsync(
            session => StripeCustomerStore.AddAsync(session, new Scope(workspace, Mode.Test), subject, "cus_GoneForGood000", Clock.GetUtcNow()), default);

        var started = await CheckoutAsync(subject, "PACK1000");
        await Stripe.PayAsync(started.Url);
        Assert.That(await AllowedAsync(subject), Is.True);
        var asked = Stripe.Requests.Where(request => request.Field("client_reference_id") == started.AttemptId).ToList();
        Assert.That(asked.Select(request => ((int?)request.Status, request.Field("customer"))), Is.EqualTo(new (int?, string?)[] { (400, "cus_GoneForGood000"), (200, null) }));
    }

    [Test, Spec("POST /v1/checkout/session", "a subscription whose renewal news is late is still a live one")]
    public async Task A_subscription_whose_renewal_news_is_late_is_still_a_live_one()
    {
        var subject = NewSubject();
        await Stripe.PayAsync((await CheckoutAsync(subject, "PRO")).Url);
        var before = Clock.GetUtcNow();
        try
        {
            Clock.Advance(TimeSpan.FromDays(40));
            Assert.That(await AllowedAsync(subject), Is.False);
            var answer = await Runtime.PostAsync("/v1/checkout/session", new JsonObject { ["subject_ref"] = subject, ["product_code"] = "PRO" }, Wire.NewKey());
            Assert.That((answer.Status, answer.Error), Is.EqualTo((409, "already_subscribed")));
        }
        finally
        {
            Clock.Set(before);
        }
    }

    [Test]
    public void A_connection_time_out_says_nothing_of_what_Stripe_did()
    {
        var timedOut = new TaskCanceledException("too slow", new TimeoutException());
        Assert.That(StripeRetries.IsSilence(timedOut, CancellationToken.None), Is.True);
        Assert.That(StripeRetries.IsSilence(timedOut, new CancellationToken(canceled: true)), Is.False, "the caller gave up");
        Assert.That(StripeRetries.IsSilence(new InvalidOperationException(), CancellationToken.None), Is.False);
    }
}
