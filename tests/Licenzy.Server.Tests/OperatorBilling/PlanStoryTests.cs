using System.Text.Json.Nodes;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OperatorBilling;

/// <summary>An account's plan through its life: what it opens in live mode, and what it never touches.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class PlanStoryTests(Engine engine) : BillingFixture(engine)
{
    private const string Plan = "GET /portal/account/subscription";

    [Test]
    [Spec(Plan, "with billing on, an account without a subscription has plan none, access restricted, live closed")]
    [Spec("POST /v1/checkout/session", "in live mode 403 plan_mode_not_allowed where the account's plan does not open it")]
    [Spec("POST /portal/api-keys", "in live mode 403 plan_mode_not_allowed where the account's plan does not open it")]
    [Spec("POST /portal/products", "in live mode 403 plan_mode_not_allowed where the account's plan does not open it")]
    [Spec("PUT /portal/stripe/connection", "a new live connection is 403 plan_mode_not_allowed where the account's plan does not open it")]
    public async Task Who_never_subscribed_has_test_mode()
    {
        using var tenant = await NewTenantAsync();

        Assert.That(await tenant.PlanLineAsync(), Is.EqualTo("none none restricted closed"));
        Assert.That(await tenant.TryNewAsync(), Is.EqualTo(Closed));
        Assert.That(await tenant.TryNewAsync("test"), Does.EndWith("201 -, 201 -, 200 -"));
    }

    [Test]
    [Spec(Route, "each change of the plan is in the audit log, once, with the event that made it")]
    public async Task A_change_of_the_plan_is_on_record()
    {
        using var tenant = await NewTenantAsync();
        var state = SubscriptionOf(tenant.AccountId);
        var created = StripeEvents.SubscriptionCreated(state, Now());
        await DeliverAsync(created);
        await DeliverAsync(created);
        Clock.Advance(TimeSpan.FromDays(1));
        await DeliverAsync(StripeEvents.SubscriptionUpdated(state, options: Now()));
        Clock.Advance(TimeSpan.FromDays(1));
        var deleted = StripeEvents.SubscriptionDeleted(state with { Status = "canceled", EndedAt = Clock.GetUtcNow() }, Now());
        await DeliverAsync(deleted);

        var rows = await Server.Services.GetRequiredService<Db>().ReadAsync(
            session => session.ListAsync<string>(
                "select actor || '|' || detail || '|' || request_id from audit_log where action = 'account.plan_changed' and target = @Id order by id", new { state.Id }),
            CancellationToken.None);
        Assert.That(rows, Is.EqualTo(new[]
        {
            $"stripe|plan team, active; was none|{created["id"]}", $"stripe|plan team, canceled; was team, active|{deleted["id"]}",
        }));
    }

    [Test]
    [Spec(Route, "moves the account's plan: trialing and active open live mode, past_due for 21 days, the end closes it")]
    [Spec(Plan, "trial, active, past_due within its grace: live open; after it and canceled: restricted")]
    public async Task From_trial_to_the_end()
    {
        using var tenant = await NewTenantAsync();
        var state = SubscriptionOf(tenant.AccountId);
        var trialEnd = Clock.GetUtcNow().AddDays(14);
        state = state with { Status = "trialing", TrialStart = state.Created, TrialEnd = trialEnd, PeriodEnd = trialEnd };

        await DeliverAsync(StripeEvents.SubscriptionCreated(state, Now()));
        Assert.That(await tenant.PlanLineAsync(), Is.EqualTo("team trialing trial open"));
        Assert.That((string)(await tenant.PlanAsync())["trial_end"]!, Is.EqualTo(Wire.Time(trialEnd)));
        Assert.That(await tenant.TryNewAsync(), Is.EqualTo(Open));

        Clock.Advance(TimeSpan.FromDays(14));
        state = state with { Status = "active", PeriodStart = trialEnd, PeriodEnd = trialEnd.AddDays(30) };
        await DeliverAsync(StripeEvents.SubscriptionUpdated(state, options: Now()));
        Assert.That(await tenant.PlanLineAsync(), Is.EqualTo("team active active open"));
        Assert.That((string)(await tenant.PlanAsync())["current_period_end"]!, Is.EqualTo(Wire.Time(state.PeriodEnd)));
        Assert.That(await tenant.TryNewAsync(), Is.EqualTo(Open));

        Clock.Advance(TimeSpan.FromDays(30));
        state = state with { Status = "past_due", PeriodStart = state.PeriodEnd, PeriodEnd = state.PeriodEnd.AddDays(30) };
        await DeliverAsync(StripeEvents.SubscriptionUpdated(state, options: Now()));
        Assert.That(await tenant.PlanLineAsync(), Is.EqualTo("team past_due active open"));
        Assert.That((string)(await tenant.PlanAsync())["grace_period_ends_at"]!, Is.EqualTo(Wire.Time(Clock.GetUtcNow().AddDays(21))));
        Assert.That(await tenant.TryNewAsync(), Is.EqualTo(Open));

        Clock.Advance(TimeSpan.FromDays(21));
        Assert.That(await tenant.PlanLineAsync(), Is.EqualTo("team past_due restricted closed"));
        Assert.That(await tenant.TryNewAsync(), Is.EqualTo(Closed));

        await DeliverAsync(StripeEvents.SubscriptionDeleted(state with { Status = "canceled", EndedAt = Clock.GetUtcNow() }, Now()));
        Assert.That(await tenant.PlanLineAsync(), Is.EqualTo("team canceled restricted closed"));

        // Whoever comes back has a new subscription.
        await DeliverAsync(StripeEvents.SubscriptionCreated(SubscriptionOf(tenant.AccountId, "solo"), Now()));
        Assert.That(await tenant.PlanLineAsync(), Is.EqualTo("solo active active open"));
    }

    [Test]
    [Spec("POST /v1/access/check", "never asks for the account's plan")]
    [Spec("POST /v1/usage/consume", "never asks for the account's plan")]
    [Spec("POST /v1/webhooks/stripe/tenant", "never asks for the account's plan")]
    public async Task Who_paid_the_account_gets_in_whatever_it_owes()
    {
        using var tenant = await NewTenantAsync();
        var state = SubscriptionOf(tenant.AccountId);
        await DeliverAsync(StripeEvents.SubscriptionCreated(state, Now()));
        Assert.That((await tenant.CreateProductAsync("PACK")).Status, Is.EqualTo(201));
        var hook = await ConnectAsync(tenant, "whsec_live_of_tenant");
        Assert.That((await tenant.Portal.PostAsync("/portal/customers/user_1/grants?mode=live", new JsonObject { ["product_code"] = "PACK", ["reason"] = "a test" })).Status, Is.EqualTo(201));

        await DeliverAsync(StripeEvents.SubscriptionDeleted(state with { Status = "canceled" }, Now(1)));
        Assert.That((await tenant.PlanAsync())["live_allowed"]!.GetValue<bool>(), Is.False);

        Assert.That((bool)(await tenant.Live.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = "user_1" })).Json["allowed"]!, Is.True);
        var consumed = await tenant.Live.PostAsync("/v1/usage/consume", new JsonObject { ["subject_ref"] = "user_1", ["units"] = 3 }, Wire.NewKey());
        Assert.That((consumed.Status, (long)consumed.Json["usage_remaining"]!), Is.EqualTo((200, 7)));
        var theirs = Bytes(StripeEvents.SubscriptionUpdated(SubscriptionOf(null) with { Livemode = true }, options: Now()));
        var before = await Rows.CountAsync(Server, "stripe_events");
        Assert.That((await PostAsync(theirs, Sign(theirs, "whsec_live_of_tenant"), hook)).Status, Is.EqualTo(200));
        Assert.That(await Rows.CountAsync(Server, "stripe_events"), Is.EqualTo(before + 1));
        // What is there may be mended: the connection's secrets roll.
        Assert.That(await ConnectAsync(tenant, "whsec_live_of_tenant_2"), Is.EqualTo(hook));
    }

    [Test]
    [Spec("PUT /portal/products/{product_code}", "restoring a deleted live product is 403 plan_mode_not_allowed where the account's plan does not open it")]
    public async Task A_deleted_product_comes_back_only_with_a_plan()
    {
        using var tenant = await NewTenantAsync();
        var state = SubscriptionOf(tenant.AccountId);
        await DeliverAsync(StripeEvents.SubscriptionCreated(state, Now()));
        var id = (string)(await tenant.CreateProductAsync("PACK")).Json["id"]!;
        await DeliverAsync(StripeEvents.SubscriptionDeleted(state with { Status = "canceled" }, Now(1)));
        var wanted = new JsonObject { ["mode"] = "live", ["name"] = "Renamed", ["kind"] = "usage_pack", ["units"] = 10, ["stripe_price_id"] = "price_PACK" };

        Assert.That((await tenant.Portal.SendAsync(HttpMethod.Put, "/portal/products/PACK", wanted)).Status, Is.EqualTo(200));
        Assert.That((await tenant.Portal.SendAsync(HttpMethod.Delete, $"/portal/products/{id}", (string?)null)).Status, Is.EqualTo(204));
        Assert.That((await tenant.Portal.SendAsync(HttpMethod.Put, "/portal/products/PACK", wanted)).Error, Is.EqualTo("plan_mode_not_allowed"));
    }

    [Test]
    public async Task A_refusal_is_not_kept_under_its_key()
    {
        using var tenant = await NewTenantAsync();
        var (body, key) = (new JsonObject { ["mode"] = "live", ["name"] = "later" }, Wire.NewKey());
        Assert.That((await tenant.Portal.PostAsync("/portal/api-keys", body, key)).Error, Is.EqualTo("plan_mode_not_allowed"));

        await DeliverAsync(StripeEvents.SubscriptionCreated(SubscriptionOf(tenant.AccountId), Now()));

        Assert.That((await tenant.Portal.PostAsync("/portal/api-keys", body, key)).Status, Is.EqualTo(201));
    }

    private static async Task<string> ConnectAsync(Tenant tenant, string webhookSecret)
    {
        var answer = await tenant.Portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", Tenant.Connection("live", webhookSecret));
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return new Uri((string)answer.Json["webhook_url"]!).PathAndQuery;
    }
}
