using System.Net;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Server.Tests.StripeInbound;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeSync;

/// <summary>News that were lost for good are found by comparing with Stripe, and mended as if they had come.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ReconcileTests(Engine engine) : InboxFixture(engine)
{
    private const string Reconcile = "POST /portal/stripe/reconcile";
    private const int EveryTry = 3;

    [Test]
    [Spec(Reconcile, "where nothing was lost, nothing differs, and no row is written")]
    public async Task Where_all_is_well_nothing_differs()
    {
        await BoughtAsync("PRO");
        await BoughtAsync("PASS30");
        await CleanAsync();
        var before = await Rows.CountsAsync(Server);

        Assert.That((await RunAsync(dryRun: true)).Found, Is.Empty);
        Assert.That((await RunAsync(dryRun: false)).Found, Is.Empty);
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    [TestCase("cancel", "subscription_differs", false)]
    [TestCase("renewal", "subscription_differs", true)]
    [TestCase("past_due", "subscription_differs", true)]
    [TestCase("price", "subscription_differs", true)]
    [Spec(Reconcile, "a lost change of a subscription is found, and mended once")]
    public async Task A_lost_change_of_a_subscription(string what, string kind, bool allowed)
    {
        var (subject, session) = await BoughtAsync("PRO");
        var id = Stripe.Sessions.Single(one => one.Id == session).Subscription!;
        await CleanAsync();
        Stripe.HoldEvents = true;
        Clock.Advance(TimeSpan.FromHours(1));
        await (what switch
        {
            "cancel" => Stripe.CancelNowAsync(id),
            "renewal" => TurnAsync(id, Stripe.RenewAsync),
            "past_due" => TurnAsync(id, Stripe.FailRenewalAsync),
            _ => Stripe.ChangePriceAsync(id, "price_proplus"),
        });
        await LoseAsync();

        var drift = await MendedAsync(kind, id, subject);

        Assert.That((string)drift["entitlement_id"]!, Does.StartWith("ent_"));
        Assert.That(await AllowedAsync(subject), Is.EqualTo(allowed));
        Assert.That((string)(await RightAsync(subject))["product_code"]!, Is.EqualTo(what == "price" ? "PROPLUS" : "PRO"));
    }

    [TestCase("PRO", "subscription_missing_here")]
    [TestCase("PASS30", "session_paid")]
    [TestCase("PACK1000", "session_paid")]
    [Spec(Reconcile, "a lost purchase is found, and given once, from when it was paid")]
    public async Task A_lost_purchase(string product, string kind)
    {
        await CleanAsync();
        var subject = NewSubject();
        var url = (await CheckoutAsync(subject, product)).Url;
        Stripe.HoldEvents = true;
        var paidAt = Stripe.Now;
        var session = await Stripe.PayAsync(url);
        Clock.Advance(TimeSpan.FromDays(2));
        await LoseAsync();

        await MendedAsync(kind, product == "PRO" ? session.Subscription! : session.Id, subject);

        Assert.That(await AllowedAsync(subject), Is.True);
        if (product == "PASS30")
            Assert.That((string)(await RightAsync(subject))["expires_at"]!, Is.EqualTo(Wire.Time(paidAt.AddDays(30))));
        foreach (var made in Stripe.Events.TakeLast(5))
            await Stripe.RedeliverAsync(made.Id);
        Assert.That((await RightAsync(subject))["usage_remaining"]?.ToJsonString(), Is.EqualTo(product == "PACK1000" ? "1000" : null), "told after all");
    }

    [Test]
    [Spec(Reconcile, "an open attempt that has expired at Stripe is ended")]
    public async Task A_lost_expiry()
    {
        await CleanAsync();
        var started = await CheckoutAsync(NewSubject(), "PASS30");
        Stripe.HoldEvents = true;
        var session = await Stripe.ExpireAsync(started.Url);
        await LoseAsync();

        await MendedAsync("session_ended", session.Id, null);
        Assert.That(await Rows.ValueAsync<string>(Server, "select status from checkout_attempts where id = @AttemptId", new { started.AttemptId }), Is.EqualTo("expired"));
    }

    [TestCase("PASS30", "refund", "refund_unknown", "refunded")]
    [TestCase("PACK1000", "dispute", "dispute_unknown", "disputed")]
    [TestCase("PRO", "refund", "refund_unknown", "refunded")]
    [TestCase("PRO", "dispute", "dispute_unknown", "disputed")]
    [Spec(Reconcile, "a lost refund or dispute is found, and takes the right it paid for")]
    public async Task Money_that_went_back_unheard(string product, string what, string kind, string reason)
    {
        var (subject, session) = await BoughtAsync(product);
        await CleanAsync();
        var subscription = Stripe.Sessions.Single(one => one.Id == session).Subscription;
        var paid = subscription is null ? session : Stripe.Subscriptions.Single(one => one.Id == subscription).LatestInvoice!;
        Stripe.HoldEvents = true;
        Clock.Advance(TimeSpan.FromDays(1));
        var id = what == "refund" ? (await Stripe.RefundAsync(paid)).Id : (await Stripe.DisputeAsync(paid)).Id;
        await LoseAsync();

        await MendedAsync(kind, id, subject);

        Assert.That((await StateAsync(subject)).Reason, Is.EqualTo(reason));
        Assert.That(await AllowedAsync(subject), Is.False);
    }

    [Test]
    [Spec(Reconcile, "a price that no product has is reported, and left to a person")]
    public async Task An_unknown_price_is_reported()
    {
        var (subject, session) = await BoughtAsync("PRO");
        var id = Stripe.Sessions.Single(one => one.Id == session).Subscription!;
        Stripe.AddPrice("price_unheard_of", 4200, recurring: true);
        await Stripe.ChangePriceAsync(id, "price_unheard_of");
        await SettledAsync();
        await RunAsync(dryRun: false);

        var drift = (await RunAsync(dryRun: false)).Found.Single(one => (string)one["object_id"]! == id);

        Assert.That(((string)drift["kind"]!, (string)drift["subject_ref"]!, drift["repair"]), Is.EqualTo(("price_unknown", subject, (JsonNode?)null)));
        Assert.That((string)(await RightAsync(subject))["product_code"]!, Is.EqualTo("PRO"), "it keeps its product");
        await Stripe.CancelNowAsync(id);
    }

    [Test]
    [Spec(Reconcile, "a right whose subscription Stripe does not have is reported, and left to a person")]
    public async Task A_subscription_that_Stripe_does_not_have()
    {
        var subject = NewSubject();
        var state = await SubscriptionOfAsync(subject);
        await DeliverAsync(StripeEvents.SubscriptionUpdated(state, options: Now()));
        Assert.That(await AllowedAsync(subject), Is.True);

        var drift = (await RunAsync(dryRun: false)).Found.Single(one => (string)one["object_id"]! == state.Id);

        Assert.That(((string)drift["kind"]!, (string)drift["subject_ref"]!, drift["repair"]), Is.EqualTo(("subscription_missing_at_stripe", subject, (JsonNode?)null)));
        Assert.That(await AllowedAsync(subject), Is.True);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await DeliverAsync(StripeEvents.SubscriptionDeleted(state with { Status = "canceled", EndedAt = Clock.GetUtcNow() }, options: Now()));
    }

    [Test]
    [Spec(Reconcile, "Stripe silent in the middle: 503; what was mended stays, and a repeat does the rest")]
    public async Task Stripe_falls_silent_in_the_middle()
    {
        var (subject, session) = await BoughtAsync("PRO");
        await CleanAsync();
        var late = NewSubject();
        var url = (await CheckoutAsync(late, "PASS30")).Url;
        Stripe.HoldEvents = true;
        Clock.Advance(TimeSpan.FromHours(1));
        await Stripe.CancelNowAsync(Stripe.Sessions.Single(one => one.Id == session).Subscription!);
        await Stripe.PayAsync(url);
        await LoseAsync();

        Stripe.FailNext(EveryTry, HttpStatusCode.ServiceUnavailable, path: "/v1/checkout/sessions/");
        var key = Wire.NewKey();
        var failed = await Portal.PostAsync("/portal/stripe/reconcile", new JsonObject { ["dry_run"] = false }, key);
        Assert.That((failed.Status, failed.Error), Is.EqualTo((503, "unavailable")), failed.Text);
        Stripe.StopFailing();
        Assert.That(await AllowedAsync(subject), Is.False, "mended before");
        Assert.That(await AllowedAsync(late), Is.False);

        var repeat = await Portal.PostAsync("/portal/stripe/reconcile", new JsonObject { ["dry_run"] = false }, key);
        Assert.That(repeat.Status, Is.EqualTo(200), repeat.Text);
        Assert.That(await AllowedAsync(late), Is.True);
        var again = await Portal.PostAsync("/portal/stripe/reconcile", new JsonObject { ["dry_run"] = false }, key);
        Assert.That((again.Text, again.Header("Idempotency-Replayed")), Is.EqualTo((repeat.Text, "true")));
    }

    [TestCase("nonsense")]
    [TestCase("OXw")]
    [TestCase("MHx4IHl8")]
    [Spec(Reconcile, "a cursor that is none of ours: 400 that names it")]
    public async Task A_foreign_cursor(string cursor)
    {
        var answer = await Portal.PostAsync("/portal/stripe/reconcile", new JsonObject { ["cursor"] = cursor });
        Assert.That((answer.Status, answer.Fields.Single()), Is.EqualTo((400, "cursor")));
    }

    [Test]
    [Spec(Reconcile, "a mode without a connection: 409 stripe_not_connected")]
    public async Task A_mode_without_a_connection()
    {
        var answer = await Portal.PostAsync("/portal/stripe/reconcile?mode=live", new JsonObject());
        Assert.That((answer.Status, answer.Error), Is.EqualTo((409, "stripe_not_connected")));
    }

    // Found without a change, then found and mended, then no more.
    private async Task<JsonNode> MendedAsync(string kind, string id, string? subject)
    {
        var before = await Rows.CountsAsync(Server);
        var found = (await RunAsync(dryRun: true)).Found.Where(one => (string)one["object_id"]! == id).ToList();
        Assert.That(found.Select(one => (string)one["kind"]!), Is.EqualTo(new[] { kind }));
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before), "a dry run changes nothing");
        Assert.That(((bool)found[0]["repaired"]!, found[0]["repair"] is null), Is.EqualTo((false, false)));
        if (subject is not null)
            Assert.That((string?)found[0]["subject_ref"], Is.EqualTo(subject));

        var mended = (await RunAsync(dryRun: false)).Found.Single(one => (string)one["object_id"]! == id);
        Assert.That(((string)mended["kind"]!, (bool)mended["repaired"]!), Is.EqualTo((kind, true)));
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from audit_log where action = 'stripe.reconciled' and target = @id", new { id = Target(kind, id) }), Is.EqualTo(1));
        var after = await Rows.CountsAsync(Server);
        Assert.That((await RunAsync(dryRun: false)).Found.Where(one => (string)one["object_id"]! == id), Is.Empty, "mended once");
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(after));
        return mended;
    }

    // What money went back of is the payment.
    private string Target(string kind, string id) => kind switch
    {
        "refund_unknown" => Stripe.Refunds.Single(one => one.Id == id).PaymentIntent!,
        "dispute_unknown" => Stripe.Disputes.Single(one => one.Id == id).PaymentIntent!,
        _ => id,
    };

    private async Task<(IReadOnlyList<JsonNode> Found, string Text)> RunAsync(bool dryRun)
    {
        var (found, cursor, text) = (new List<JsonNode>(), (string?)null, "");
        do
        {
            var body = new JsonObject { ["dry_run"] = dryRun };
            if (cursor is not null)
                body["cursor"] = cursor;
            var answer = await Portal.PostAsync("/portal/stripe/reconcile", body);
            Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
            found.AddRange(answer.Json["data"]!.AsArray().Select(one => one!.DeepClone()));
            (cursor, text) = ((string?)answer.Json["next_cursor"], text + answer.Text);
        }
        while (cursor is not null);
        return (found, text);
    }

    // Whatever other tests left open is mended first.
    private async Task CleanAsync()
    {
        await SettledAsync();
        await RunAsync(dryRun: false);
        await SettledAsync();
    }

    private async Task LoseAsync()
    {
        Stripe.HoldEvents = false;
        await Stripe.ReleaseAsync(_ => []);
        if (Stripe.Now > Clock.GetUtcNow())
            Clock.Set(Stripe.Now);
    }

    private Task<StripeSubscription> TurnAsync(string id, Func<string, CancellationToken, Task<StripeSubscription>> turn)
    {
        var end = Stripe.Subscriptions.Single(one => one.Id == id).PeriodEnd;
        if (end > Stripe.Now)
            Clock.Advance(end - Stripe.Now);
        return turn(id, CancellationToken.None);
    }
}
