using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Portal;

/// <summary>Rights taken back by hand.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class RevocationTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "POST /portal/customers/{subject_ref}/grants/{entitlement_id}/revoke";

    [TestCase("PRO")]
    [TestCase("PASS30")]
    [TestCase("PACK1000")]
    [Spec(Route, "whoever gave the right, it is revoked from the answer on")]
    public async Task A_paid_right_is_taken_back(string product)
    {
        var subject = NewSubject();
        await Stripe.PayAsync((await CheckoutAsync(subject, product)).Url);
        Assert.That(await AllowedAsync(subject), Is.True);

        var answer = await RevokeAsync(subject, await RightAsync(subject));

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(
            ((string)answer.Json["status"]!, (string)answer.Json["status_cause"]!, (bool)answer.Json["available"]!, (string)answer.Json["availability_reason"]!, (string)answer.Json["source"]!),
            Is.EqualTo(("revoked", "operator", false, "revoked", "stripe")));
        Assert.That(await AllowedAsync(subject), Is.False);
    }

    [Test]
    [Spec(Route, "units stay on record and are usable to nobody")]
    public async Task Units_stay_and_cannot_be_used()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PACK1000");
        await ConsumeAsync(subject, 400);

        var answer = await RevokeAsync(subject, await RightAsync(subject));

        Assert.That((long)answer.Json["usage_remaining"]!, Is.EqualTo(600));
        Assert.That((await ConsumeAsync(subject, 1)).Error, Is.EqualTo("insufficient_usage"));
    }

    [Test]
    [Spec(Route, "what an operator took back no payment gives again")]
    public async Task A_renewal_does_not_give_it_again()
    {
        var subject = NewSubject();
        var session = await Stripe.PayAsync((await CheckoutAsync(subject, "PRO")).Url);
        await RevokeAsync(subject, await RightAsync(subject));

        await Stripe.RenewAsync(session.Subscription!);

        Assert.That(await AllowedAsync(subject), Is.False);
        Assert.That((string)(await SummaryAsync(subject))["status"]!, Is.EqualTo("revoked"));
    }

    [Test]
    [Spec(Route, "the passes behind a revoked one move forward at once, as behind a refunded one")]
    public async Task A_revoked_pass_moves_the_later_ones_forward()
    {
        var subject = NewSubject();
        await Stripe.PayAsync((await CheckoutAsync(subject, "PASS30")).Url);
        Clock.Advance(TimeSpan.FromDays(1));
        await Stripe.PayAsync((await CheckoutAsync(subject, "PASS30")).Url);
        var passes = await PassesAsync(subject);
        Assert.That(passes[1].Start, Is.EqualTo(passes[0].End));

        Clock.Set(passes[0].Start.AddDays(10));
        await RevokeAsync(subject, passes[0].Id);

        var moved = (await PassesAsync(subject))[1];
        Assert.That((moved.Id, moved.Start, moved.End - moved.Start), Is.EqualTo((passes[1].Id, Clock.GetUtcNow(), TimeSpan.FromDays(30))));
        Assert.That(await AllowedAsync(subject), Is.True);
        var history = (await Portal.GetAsync($"/portal/customers/{subject}")).Json["history"]!["data"]!.AsArray();
        Assert.That(history.Take(2).Select(row => (string)row!["reason"]!), Is.EquivalentTo(new[] { "manual_revoke", "pass_moved" }));
    }

    [Test]
    [Spec(Route, "the operator's words are in the history and in the audit log")]
    public async Task Who_and_why_is_on_record()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PRO");
        var right = await RightAsync(subject);

        await RevokeAsync(subject, right, reason: "charged back twice");

        var history = (await Portal.GetAsync($"/portal/customers/{subject}")).Json["history"]!["data"]!;
        var me = (string)(await Portal.GetAsync("/portal/me")).Json["session"]!["id"]!;
        Assert.That(
            ((string)history[0]!["reason"]!, (string)history[0]!["note"]!, (string)history[0]!["actor"]!, (string)history[0]!["source"]!, (string)history[0]!["status"]!),
            Is.EqualTo(("manual_revoke", "charged back twice", me, "portal", "revoked")));
        Assert.That(((string)history[1]!["reason"]!, (string)history[1]!["note"]!), Is.EqualTo(("manual_grant", "a test")));
        Assert.That(
            await Rows.ValueAsync<string>(Server, "select detail from audit_log where target = @right and action = 'entitlement.revoked'", new { right }),
            Does.Contain("PRO").And.Contain(subject).And.Contain("charged back twice"));
    }

    [Test]
    [Spec(Route, "409 entitlement_ended for what is revoked or over")]
    public async Task What_is_over_is_refused()
    {
        var (revoked, ended) = (NewSubject(), NewSubject());
        await GrantAsync(revoked, "PRO");
        await GrantAsync(ended, "PASS30");
        var (first, second) = (await RightAsync(revoked), await RightAsync(ended));
        await RevokeAsync(revoked, first);
        Clock.Advance(TimeSpan.FromDays(30));
        var before = await Rows.CountsAsync(Server);

        foreach (var answer in new[] { await RevokeAsync(revoked, first), await RevokeAsync(ended, second) })
            Assert.That((answer.Status, answer.Error), Is.EqualTo((409, "entitlement_ended")), answer.Text);
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    [Test]
    [Spec(Route, "404 for another subject's right, and for one that is not there")]
    public async Task A_right_of_somebody_else_is_not_found()
    {
        var (holder, other) = (NewSubject(), NewSubject());
        await GrantAsync(holder, "PRO");
        await GrantAsync(other, "PRO");
        var right = await RightAsync(holder);

        foreach (var answer in new[]
        {
            await RevokeAsync(other, right), await RevokeAsync("nobody", right), await RevokeAsync(holder, "ent_01J00000000000000000000000"),
            await RevokeAsync(holder, "x%27"), await RevokeAsync(holder, right, mode: "live"),
        })
            Assert.That((answer.Status, answer.Error), Is.EqualTo((404, "not_found")), answer.Text);
        Assert.That(await AllowedAsync(holder), Is.True);
        Assert.That((await Portal.GetAsync("/portal/customers/nobody")).Status, Is.EqualTo(404), "a refusal makes nobody known");
    }

    [Test]
    [Spec(Route, "with an Idempotency-Key a repeat gets the first answer")]
    public async Task A_repeat_gets_the_first_answer()
    {
        var (subject, key) = (NewSubject(), Wire.NewKey());
        await GrantAsync(subject, "PRO");
        var right = await RightAsync(subject);

        var first = await RevokeAsync(subject, right, key: key);
        var again = await RevokeAsync(subject, right, key: key);

        Assert.That((again.Status, again.Text, again.Header("Idempotency-Replayed")), Is.EqualTo((200, first.Text, "true")));
        Assert.That((await RevokeAsync(subject, right, reason: "another", key: key)).Error, Is.EqualTo("idempotency_conflict"));
    }

    [Test]
    public async Task A_reason_is_required_and_a_line_of_text([Values("", "a\nb")] string reason)
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PRO");
        var answer = await RevokeAsync(subject, await RightAsync(subject), reason: reason);
        Assert.That((answer.Status, string.Join(",", answer.Fields)), Is.EqualTo((400, "reason")), answer.Text);
        Assert.That(await AllowedAsync(subject), Is.True);
    }

    private async Task<List<(string Id, DateTimeOffset Start, DateTimeOffset End)>> PassesAsync(string subject) =>
    [
        .. (await SummaryAsync(subject))["entitlements"]!.AsArray().Select(right => ((string)right!["id"]!, (DateTimeOffset)right["starts_at"]!, (DateTimeOffset)right["expires_at"]!))
            .OrderBy(right => right.Item1, StringComparer.Ordinal),
    ];

    private Task<Answer> RevokeAsync(string subject, string right, string reason = "a test", string mode = "test", string? key = null) =>
        Portal.PostAsync($"/portal/customers/{subject}/grants/{right}/revoke?mode={mode}", new JsonObject { ["reason"] = reason }, key);

    private async Task<string> RightAsync(string subject) => (string)(await SummaryAsync(subject))["entitlements"]!.AsArray().Single()!["id"]!;
}
