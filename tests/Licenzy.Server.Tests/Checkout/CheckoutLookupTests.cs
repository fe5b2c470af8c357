using System.Net;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Server.Tests.Starting;

namespace Licenzy.Server.Tests.Checkout;

/// <summary>The payer is back, and Stripe's event is not: the attempt looks for itself.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class CheckoutLookupTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "GET /v1/checkout/session/{attempt_id}";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    [SetUp]
    public void Hold() => Stripe.HoldEvents = true;

    [TearDown]
    public async Task Let_go()
    {
        Stripe.HoldEvents = false;
        await Stripe.ReleaseAsync(_ => []);
    }

    [TestCase("PRO", null)]
    [TestCase("PASS30", null)]
    [TestCase("PACK1000", 1000)]
    [Spec(Route, "a payer whose event is late gets in; the event then changes nothing")]
    public async Task A_payer_gets_in_before_the_event(string product, int? units)
    {
        var (subject, started) = await StartAsync(product);
        await Stripe.PayAsync(started.Url);
        Assert.That(await AllowedAsync(subject), Is.False, "no event has come");

        var answer = await LookAsync(started);
        Assert.That(await AllowedAsync(subject), Is.True);
        var before = await SummaryAsync(subject);
        var right = before["entitlements"]!.AsArray().Single()!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(((string?)answer.Json["status"], (string?)answer.Json["entitlement_id"]), Is.EqualTo(("completed", (string?)right["id"])));
            Assert.That(((string?)answer.Json["subject_ref"], (string?)answer.Json["product_code"]), Is.EqualTo((subject, product)));
            Assert.That(((string?)answer.Json["mode"], (string?)answer.Json["checkout_url"]), Is.EqualTo(("test", (string?)null)));
            Assert.That((long?)right["usage_remaining"], Is.EqualTo(units));
        }

        Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.That(await Stripe.ReleaseAsync(held => held.Reverse().Concat(held)), Is.All.EqualTo(HttpStatusCode.OK));
        var after = (await SummaryAsync(subject))["entitlements"]!.AsArray().Single()!;
        Assert.That(after.ToJsonString(), Is.EqualTo(right.ToJsonString()));
        Assert.That((await LookAsync(started)).Text, Is.EqualTo(answer.Text));
    }

    [Test, Spec(Route, "a subscription found this way has its period")]
    public async Task A_subscription_has_its_period()
    {
        var (subject, started) = await StartAsync("PRO");
        await Stripe.PayAsync(started.Url);
        await LookAsync(started);

        var right = (await SummaryAsync(subject))["entitlements"]!.AsArray().Single()!;
        Assert.That((string?)right["current_period_end"], Is.EqualTo(Wire.Time(Clock.GetUtcNow().AddMonths(1))));
        Assert.That((string?)right["availability_reason"], Is.EqualTo("subscription_active"));
    }

    [Test, Spec(Route, "a purchase found this way counts from its payment")]
    public async Task A_pass_counts_from_the_payment()
    {
        var (subject, started) = await StartAsync("PASS30");
        Clock.Advance(TimeSpan.FromMinutes(10));
        var paidAt = Clock.GetUtcNow();
        await Stripe.PayAsync(started.Url);
        Clock.Advance(TimeSpan.FromMinutes(40));
        await LookAsync(started);

        var right = (await SummaryAsync(subject))["entitlements"]!.AsArray().Single()!;
        Assert.That(((string?)right["starts_at"], (string?)right["expires_at"]), Is.EqualTo((Wire.Time(paidAt), Wire.Time(paidAt.AddDays(30)))));
    }

    [Test, Spec(Route, "an attempt whose event has come is answered without Stripe")]
    public async Task News_makes_looking_needless()
    {
        var (_, started) = await StartAsync("PACK1000");
        var session = await Stripe.PayAsync(started.Url);
        await Stripe.ReleaseAsync();

        Assert.That((string?)(await LookAsync(started)).Json["status"], Is.EqualTo("completed"));
        Assert.That(Asked(session.Id), Is.Zero);
    }

    [Test, Spec(Route, "twenty at once ask Stripe once")]
    public async Task Twenty_at_once_ask_once()
    {
        var (subject, started) = await StartAsync("PACK1000");
        var session = await Stripe.PayAsync(started.Url);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => LookAsync(started)));

        Assert.That(Asked(session.Id), Is.EqualTo(1));
        Assert.That(answers.Select(answer => (string?)answer.Json["status"]), Is.All.AnyOf("created", "completed").And.Some.EqualTo("completed"));
        Assert.That((long?)(await SummaryAsync(subject))["entitlements"]!.AsArray().Single()!["usage_remaining"], Is.EqualTo(1000));
    }

    [Test, Spec(Route, "Stripe is asked at most once in 5 seconds; an open page is then told")]
    public async Task An_open_session_is_asked_about_again_after_a_while()
    {
        var (_, started) = await StartAsync("PACK1000");
        var session = Stripe.Sessions[^1].Id;

        var (first, second) = (await LookAsync(started), await LookAsync(started));
        Clock.Advance(Pause - TimeSpan.FromMilliseconds(1));
        await LookAsync(started);
        Assert.That(Asked(session), Is.EqualTo(1));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        var third = await LookAsync(started);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Asked(session), Is.EqualTo(2));
            Assert.That(new[] { first, second, third }.Select(answer => (string?)answer.Json["status"]), Is.All.EqualTo("created"));
            Assert.That(((string?)first.Json["checkout_url"], (string?)second.Json["checkout_url"]), Is.EqualTo((started.Url, (string?)null)));
            Assert.That((string?)third.Json["updated_at"], Is.EqualTo((string?)first.Json["updated_at"]), "nothing has become of it");
        }
    }

    [TestCase(true, "completed")]
    [TestCase(false, "failed")]
    [Spec(Route, "a delayed payment is created until it arrives or fails")]
    public async Task A_delayed_payment_is_followed(bool arrives, string status)
    {
        var (subject, started) = await StartAsync("PACK1000");
        await Stripe.PayLaterAsync(started.Url);
        Assert.That((string?)(await LookAsync(started)).Json["status"], Is.EqualTo("created"));
        Clock.Advance(TimeSpan.FromDays(3));
        _ = arrives ? await Stripe.SettleAsync(started.Url) : await Stripe.FailPaymentAsync(started.Url);

        Assert.That((string?)(await LookAsync(started)).Json["status"], Is.EqualTo(status));
        Assert.That(await AllowedAsync(subject), Is.EqualTo(arrives));
        await Stripe.ReleaseAsync();
        Assert.That((string?)(await LookAsync(started)).Json["status"], Is.EqualTo(status));
    }

    [Test, Spec(Route, "nothing to pay is a purchase too")]
    public async Task A_full_discount_completes()
    {
        var (subject, started) = await StartAsync("PASS30");
        Stripe.Discount(started.Url, 100);
        await Stripe.PayAsync(started.Url);

        Assert.That((string?)(await LookAsync(started)).Json["status"], Is.EqualTo("completed"));
        Assert.That(await AllowedAsync(subject), Is.True);
    }

    [Test, Spec(Route, "a session that expired ends the attempt")]
    public async Task An_expired_session_ends_the_attempt()
    {
        await using var shop = await Shop.OpenAsync(Engine);
        await shop.ConnectAsync();
        await shop.SellAsync("PACK", "usage_pack", "price_pack", new() { ["units"] = 5 });
        var started = await shop.CheckoutAsync("user_1", "PACK");
        shop.Stripe.HoldEvents = true;
        await shop.Stripe.ExpireAsync((string)started.Json["checkout_url"]!);

        var path = $"/v1/checkout/session/{(string)started.Json["attempt_id"]!}";
        Assert.That((string?)(await shop.Runtime.GetAsync(path)).Json["status"], Is.EqualTo("expired"));
        await shop.Stripe.ReleaseAsync();
        shop.Clock.Advance(Pause);
        var last = await shop.Runtime.GetAsync(path);
        Assert.That(((string?)last.Json["status"], last.Json["entitlement_id"], last.Json["checkout_url"]), Is.EqualTo(("expired", (object?)null, (object?)null)));
    }

    [Test, Spec(Route, "while Stripe fails the stored answer is given")]
    public async Task A_failing_Stripe_is_waited_out()
    {
        var (_, started) = await StartAsync("PACK1000");
        var session = await Stripe.PayAsync(started.Url);
        Stripe.FailNext(3, HttpStatusCode.InternalServerError, path: $"/v1/checkout/sessions/{session.Id}");

        var answer = await LookAsync(started);
        Assert.That((string?)answer.Json["status"], Is.EqualTo("created"));
        Clock.Advance(Pause);
        Assert.That((string?)(await LookAsync(started)).Json["status"], Is.EqualTo("completed"));
    }

    [Test, Spec(Route, "while Stripe is silent the stored answer is given after about 3 seconds")]
    public async Task A_silent_Stripe_is_waited_for_no_longer_than_three_seconds()
    {
        var (subject, started) = await StartAsync("PACK1000");
        var session = await Stripe.PayAsync(started.Url);
        Stripe.DelayNext(TimeSpan.FromMinutes(5), $"/v1/checkout/sessions/{session.Id}");

        var looking = LookAsync(started);
        Assert.That(await AllowedAsync(subject), Is.False, "answered at once, whatever Stripe does");
        var answer = await looking.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That((string?)answer.Json["status"], Is.EqualTo("created"));
    }

    [Test, Spec(Route, "another workspace's attempt, and another mode's, is answered like an unknown one")]
    public async Task A_foreign_attempt_is_answered_like_an_unknown_one()
    {
        var (_, started) = await StartAsync("PACK1000");
        using var other = await OtherWorkspace.MakeAsync(Server);
        using var theirs = await other.AppAsync();
        var path = $"/v1/checkout/session/{started.AttemptId}";

        var nobodys = await Runtime.GetAsync("/v1/checkout/session/att_01J00000000000000000000000");
        foreach (var foreign in new[] { await theirs.GetAsync(path), await Live.GetAsync(path), await Runtime.GetAsync("/v1/checkout/session/att_%E2%82%AC"), nobodys })
        {
            Assert.That((foreign.Status, foreign.Error), Is.EqualTo((404, "not_found")));
            Assert.That((string?)foreign.Json["detail"], Is.EqualTo((string?)nobodys.Json["detail"]));
        }
    }

    private async Task<(string Subject, Started Started)> StartAsync(string product)
    {
        var subject = NewSubject();
        return (subject, await CheckoutAsync(subject, product));
    }

    private async Task<Answer> LookAsync(Started started)
    {
        var answer = await Runtime.GetAsync($"/v1/checkout/session/{started.AttemptId}");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer;
    }

    private int Asked(string session) =>
        Stripe.Requests.Count(request => request.Method == "GET" && request.Path == $"/v1/checkout/sessions/{session}");
}
