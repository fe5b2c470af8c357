using System.Text.Json.Nodes;
using Licenzy.Domain;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.OutboundWebhooks;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Portal;

/// <summary>Why was she denied? One page of a customer answers it.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class CustomerTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "GET /portal/customers/{subject_ref}";

    [Test]
    [Spec(Route, "the decision with its reason, the rights, their history, the attempts to buy and the ledger")]
    public async Task A_purchase_is_told_from_its_start_to_its_last_unit()
    {
        var subject = NewSubject();
        var started = await CheckoutAsync(subject, "PACK1000");
        await Stripe.PayAsync(started.Url);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await ConsumeAsync(subject, 1000);

        var customer = await CustomerAsync(subject);

        var right = customer["entitlements"]!["data"]!.AsArray().Single()!;
        Assert.That((string)customer["stripe_customer_id"]!, Does.StartWith("cus_"));
        Assert.That(
            ((bool)customer["decision"]!["allowed"]!, (string)customer["decision"]!["reason"]!, (string)customer["decision"]!["status"]!, (string)customer["decision"]!["entitlement_id"]!),
            Is.EqualTo((false, "usage_pack_exhausted", "active", (string)right["id"]!)));
        Assert.That(((long)right["units_granted"]!, (long)right["usage_remaining"]!, (string)right["source"]!), Is.EqualTo((1000L, 0L, "stripe")));
        Assert.That((string)right["updated_at"]!, Is.EqualTo(Wire.Time(Clock.GetUtcNow())));
        Assert.That(Column(customer, "history", "reason"), Is.EqualTo(new[] { "usage_consumed", "checkout_finalized" }));
        Assert.That(Column(customer, "history", "source"), Is.EqualTo(new[] { "runtime", "stripe" }));
        Assert.That(Column(customer, "history", "actor")[1], Is.EqualTo("stripe"));
        Assert.That(Column(customer, "history", "actor")[0], Does.StartWith("key_"));
        Assert.That(Column(customer, "history", "cause_id")[1], Does.StartWith("evt_"));
        Assert.That(Column(customer, "history", "usage_remaining"), Is.EqualTo(new[] { "0", "1000" }));
        var attempt = customer["checkout_attempts"]!["data"]!.AsArray().Single()!;
        Assert.That(
            ((string)attempt["attempt_id"]!, (string)attempt["status"]!, (string)attempt["entitlement_id"]!),
            Is.EqualTo((started.AttemptId, "completed", (string)right["id"]!)));
        Assert.That(Column(customer, "usage", "kind"), Is.EqualTo(new[] { "consume", "grant" }));
        Assert.That(Column(customer, "usage", "units"), Is.EqualTo(new[] { "-1000", "1000" }));
        Assert.That(Column(customer, "usage", "balance_after"), Is.EqualTo(new[] { "0", "1000" }));
    }

    [Test]
    [Spec(Route, "the decision is that of the access check, and says when it flips")]
    public async Task The_decision_agrees_with_the_access_check()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");
        var end = Wire.Time(Clock.GetUtcNow().AddDays(30));

        var during = (await CustomerAsync(subject))["decision"]!;
        Assert.That(((bool)during["allowed"]!, (string)during["reason"]!, (string)during["next_change_at"]!), Is.EqualTo((await AllowedAsync(subject), "time_pass_active", end)));
        Clock.Advance(TimeSpan.FromDays(30));
        var after = (await CustomerAsync(subject))["decision"]!;
        Assert.That(
            ((bool)after["allowed"]!, (string)after["reason"]!, (string)after["status"]!, (string?)after["next_change_at"]),
            Is.EqualTo((await AllowedAsync(subject), "time_pass_expired", "expired", (string?)null)));
    }

    [Test]
    [Spec(Route, "a subject that only started to pay is known")]
    public async Task Who_did_not_pay_is_found_with_her_attempt()
    {
        var subject = NewSubject();
        var started = await CheckoutAsync(subject, "PRO");

        var customer = await CustomerAsync(subject);

        Assert.That(((bool)customer["decision"]!["allowed"]!, (string)customer["decision"]!["reason"]!, (string)customer["decision"]!["status"]!), Is.EqualTo((false, "no_entitlement", "none")));
        Assert.That((long)customer["version"]!, Is.Zero);
        Assert.That(Column(customer, "checkout_attempts", "attempt_id"), Is.EqualTo(new[] { started.AttemptId }));
        Assert.That(Column(customer, "checkout_attempts", "status"), Is.EqualTo(new[] { "created" }));
        Assert.That(customer.ToJsonString(), Does.Not.Contain("stripe_form").And.Not.Contain("success_url"));
    }

    [Test]
    [Spec(Route, "each section is newest first and at most 50 long, and says whether older entries are left out")]
    public async Task What_is_too_much_is_cut_off_and_said_to_be()
    {
        var (full, subject) = (NewSubject(), NewSubject());
        await GrantAsync(full, "PACK1000");
        await GrantAsync(subject, "PACK1000");
        for (var unit = 1; unit <= 49; unit++)
        {
            await ConsumeAsync(full, 1);
            await ConsumeAsync(subject, 1);
        }

        await ConsumeAsync(subject, 1);
        var whole = await CustomerAsync(full);
        var cut = await CustomerAsync(subject);

        Assert.That((Column(whole, "usage", "units").Length, (bool)whole["usage"]!["truncated"]!, (bool)whole["history"]!["truncated"]!), Is.EqualTo((50, false, false)));
        Assert.That((Column(cut, "usage", "units").Length, (bool)cut["usage"]!["truncated"]!, (bool)cut["history"]!["truncated"]!), Is.EqualTo((50, true, true)));
        Assert.That(Column(cut, "usage", "balance_after")[0], Is.EqualTo("950"));
        Assert.That(Column(cut, "usage", "kind"), Has.All.EqualTo("consume"), "the grant is the oldest");
    }

    [Test]
    [Spec(Route, "what was sent about the customer is shown like the other sections")]
    public async Task What_was_sent_about_a_customer_is_shown()
    {
        var (full, subject) = (NewSubject(), NewSubject());
        await GrantAsync(full, "PACK1000");
        await GrantAsync(subject, "PACK1000");
        var workspace = (await Rows.ValueAsync<string>(Server, "select workspace_id from subjects where subject_ref = @subject", new { subject }))!;
        var ids = new List<string>();
        for (var i = 0; i <= 50; i++)
        {
            if (i > 0)
                await HookTenant.AddAsync(Server, new Scope(workspace, Mode.Test), new DeliveryShape("sent", "entitlement.updated", full, Clock.GetUtcNow()));
            ids.Insert(0, await HookTenant.AddAsync(Server, new Scope(workspace, Mode.Test), new DeliveryShape(i == 50 ? "failed" : "sent", "entitlement.updated", subject, Clock.GetUtcNow())));
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await HookTenant.AddAsync(Server, new Scope(workspace, Mode.Live), new DeliveryShape("sent", "entitlement.updated", subject, Clock.GetUtcNow()));
        var (whole, cut) = (await CustomerAsync(full), await CustomerAsync(subject));

        Assert.That((Column(whole, "deliveries", "id").Length, (bool)whole["deliveries"]!["truncated"]!), Is.EqualTo((50, false)));
        Assert.That(Column(cut, "deliveries", "id"), Is.EqualTo(ids.Take(50)), "newest first, and of this mode");
        Assert.That((bool)cut["deliveries"]!["truncated"]!, Is.True);
        Assert.That(Column(cut, "deliveries", "status")[..2], Is.EqualTo(new[] { "failed", "sent" }));
        var listed = (await Runtime.GetAsync($"/v1/webhooks/outbound?subject_ref={subject}&limit=1")).Json["data"]!.AsArray().Single()!;
        Assert.That(cut["deliveries"]!["data"]![0]!.ToJsonString(), Is.EqualTo(listed.ToJsonString()), "as the list of deliveries has it");
    }

    [Test]
    [Spec(Route, "an unknown subject is 404, in the other mode too")]
    public async Task An_unknown_subject_is_not_found()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PRO");

        foreach (var path in new[] { "/portal/customers/nobody", "/portal/customers?subject_ref=nobody", $"/portal/customers/{subject}?mode=live", $"/portal/customers/{subject.ToUpperInvariant()}" })
        {
            var answer = await Portal.GetAsync(path);
            Assert.That((answer.Status, answer.Error), Is.EqualTo((404, "not_found")), path);
        }
    }

    [TestCase("a/b", "a%2Fb")]
    [TestCase("a%2Fb", "a%252Fb")]
    [TestCase("ü and +", "%C3%BC%20and%20%2B")]
    [Spec(Route, "the subject is decoded once")]
    [Spec("GET /portal/customers", "with ?subject_ref= the answer is that of the subject's own route")]
    public async Task The_subject_is_read_from_the_path_or_the_query(string subject, string encoded)
    {
        await GrantAsync(subject, "PRO");

        var byPath = await RawHttp.GetAsync(Server, $"/portal/customers/{encoded}", Server.AdminKey);
        var byQuery = await RawHttp.GetAsync(Server, $"/portal/customers?subject_ref={encoded}", Server.AdminKey);

        Assert.That((byPath.Status, (string)byPath.Json["subject_ref"]!), Is.EqualTo((200, subject)), byPath.Text);
        Assert.That((byQuery.Status, byQuery.Text), Is.EqualTo((200, byPath.Text)));
    }

    [Test]
    public async Task A_subject_that_no_path_can_hold_is_read_by_the_query()
    {
        await Runtime.PostAsync("/v1/checkout/session", new JsonObject { ["subject_ref"] = "..", ["product_code"] = "PRO" }, Wire.NewKey());
        Assert.That((string)(await Portal.GetAsync("/portal/customers?subject_ref=..")).Json["subject_ref"]!, Is.EqualTo(".."));
    }

    [Test]
    [Spec(Route, "a runtime key is refused")]
    public async Task A_runtime_key_opens_no_customer()
    {
        foreach (var path in new[] { "/portal/customers", "/portal/customers/user_1" })
            Assert.That((await Runtime.GetAsync(path)).Status, Is.EqualTo(403), path);
    }

    private async Task<JsonNode> CustomerAsync(string subject)
    {
        var answer = await Portal.GetAsync($"/portal/customers/{Uri.EscapeDataString(subject)}");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json;
    }

    private static string?[] Column(JsonNode customer, string section, string member) =>
        [.. customer[section]!["data"]!.AsArray().Select(entry => entry![member]?.ToString())];
}
