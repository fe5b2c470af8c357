using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Portal;

/// <summary>Balances corrected by hand.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class AdjustmentTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "POST /portal/customers/{subject_ref}/usage-adjustments";

    [TestCase(50, 1050)]
    [TestCase(-50, 950)]
    [TestCase(-1000, 0)]
    [Spec(Route, "the right with its new balance, which can be consumed")]
    public async Task Units_are_added_or_taken(long units, long left)
    {
        var subject = NewSubject();
        var right = await HeldAsync(subject, "PACK1000");

        var answer = await AdjustAsync(subject, right, units);

        Assert.That((answer.Status, (long)answer.Json["usage_remaining"]!, (long)answer.Json["units_granted"]!), Is.EqualTo((200, left, 1000L)), answer.Text);
        Assert.That((await ConsumeAsync(subject, left + 1)).Error, Is.EqualTo("insufficient_usage"));
        Assert.That((await ConsumeAsync(subject, Math.Max(1, left))).Status, Is.EqualTo(left == 0 ? 409 : 200));
    }

    [Test]
    [Spec(Route, "409 insufficient_usage instead of less than none; nothing is taken")]
    public async Task A_balance_never_goes_below_zero()
    {
        var subject = NewSubject();
        var right = await HeldAsync(subject, "PACK1000");
        await ConsumeAsync(subject, 990);
        var before = await Rows.CountsAsync(Server);

        var answer = await AdjustAsync(subject, right, -11);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((409, "insufficient_usage")), answer.Text);
        Assert.That((string)answer.Json["detail"]!, Does.Contain("left: 10."));
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    [Test]
    [Spec(Route, "a row of kind adjust in the ledger, with the operator's words in the history and in the audit log")]
    public async Task It_is_on_record()
    {
        var subject = NewSubject();
        var right = await HeldAsync(subject, "PACK1000");

        await AdjustAsync(subject, right, 5, reason: "we counted twice");
        await AdjustAsync(subject, right, -3);

        var customer = (await Portal.GetAsync($"/portal/customers/{subject}")).Json;
        Assert.That(
            customer["usage"]!["data"]!.AsArray().Select(row => ((string)row!["kind"]!, (long)row["units"]!, (long)row["balance_after"]!)),
            Is.EqualTo(new[] { ("adjust", -3L, 1002L), ("adjust", 5L, 1005L), ("grant", 1000L, 1000L) }));
        Assert.That(
            ((string)customer["history"]!["data"]![1]!["reason"]!, (string)customer["history"]!["data"]![1]!["note"]!),
            Is.EqualTo(("usage_adjusted", "we counted twice")));
        Assert.That(
            await Rows.ValueAsync<string>(Server, "select detail from audit_log where target = @right and action = 'usage.adjusted' and detail like '%twice'", new { right }),
            Is.EqualTo($"+5 units in PACK1000 of {subject}: we counted twice"));
    }

    [Test]
    [Spec(Route, "included units of a subscription are corrected until its period ends")]
    public async Task Included_units_are_corrected_for_the_period()
    {
        var subject = NewSubject();
        var session = await Stripe.PayAsync((await CheckoutAsync(subject, "PROPLUS")).Url);
        var right = (string)(await SummaryAsync(subject))["entitlements"]![0]!["id"]!;

        Assert.That((long)(await AdjustAsync(subject, right, 25)).Json["usage_remaining"]!, Is.EqualTo(125));
        await Stripe.RenewAsync(session.Subscription!);

        Assert.That((long)(await SummaryAsync(subject))["entitlements"]![0]!["usage_remaining"]!, Is.EqualTo(100));
    }

    [TestCase("PRO")]
    [TestCase("PASS30")]
    [Spec(Route, "400 for a right without units")]
    public async Task A_right_without_units_is_refused(string product)
    {
        var subject = NewSubject();
        var answer = await AdjustAsync(subject, await HeldAsync(subject, product), 5);
        Assert.That((answer.Status, string.Join(",", answer.Fields)), Is.EqualTo((400, "entitlement_id")), answer.Text);
    }

    [Test]
    [Spec(Route, "409 entitlement_ended for what is revoked or over")]
    public async Task A_right_that_is_over_is_refused()
    {
        var subject = NewSubject();
        var right = await HeldAsync(subject, "PACK1000");
        await Portal.PostAsync($"/portal/customers/{subject}/grants/{right}/revoke", new JsonObject { ["reason"] = "a test" });

        var answer = await AdjustAsync(subject, right, 5);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((409, "entitlement_ended")), answer.Text);
    }

    [TestCase(0)]
    [TestCase(1_000_000_001)]
    [TestCase(-1_000_000_001)]
    [Spec(Route, "units a whole number to a thousand million either way, and not 0")]
    public async Task Units_have_their_bounds(long units)
    {
        var subject = NewSubject();
        var answer = await AdjustAsync(subject, await HeldAsync(subject, "PACK1000"), units);
        Assert.That((answer.Status, answer.Fields.Distinct().Single()), Is.EqualTo((400, "units")), answer.Text);
    }

    [Test]
    [Spec(Route, "404 for another subject's right")]
    public async Task Somebody_elses_balance_is_not_found()
    {
        var (holder, other) = (NewSubject(), NewSubject());
        var right = await HeldAsync(holder, "PACK1000");
        await HeldAsync(other, "PACK1000");

        foreach (var answer in new[] { await AdjustAsync(other, right, 1), await AdjustAsync("nobody", right, 1), await AdjustAsync(holder, "x", 1) })
            Assert.That((answer.Status, answer.Error), Is.EqualTo((404, "not_found")), answer.Text);
    }

    [Test]
    [Spec(Route, "with an Idempotency-Key a repeat moves nothing more, and a 409 stays one")]
    public async Task A_repeat_moves_nothing_more()
    {
        var subject = NewSubject();
        var right = await HeldAsync(subject, "PACK1000");
        var (taking, refused) = (Wire.NewKey(), Wire.NewKey());

        await AdjustAsync(subject, right, -600, key: taking);
        var again = await AdjustAsync(subject, right, -600, key: taking);
        var no = await AdjustAsync(subject, right, -500, key: refused);
        await AdjustAsync(subject, right, 900);
        var still = await AdjustAsync(subject, right, -500, key: refused);

        Assert.That(((long)again.Json["usage_remaining"]!, again.Header("Idempotency-Replayed")), Is.EqualTo((400L, "true")));
        Assert.That((no.Status, still.Status, still.Text), Is.EqualTo((409, 409, no.Text)));
    }

    [Test]
    public async Task Corrections_and_consumptions_at_once_lose_no_unit()
    {
        var subject = NewSubject();
        var right = await HeldAsync(subject, "PACK1000");

        var all = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
        {
            var key = Wire.NewKey();
            return Wire.PatientlyAsync(() => i % 2 == 0 ? AdjustAsync(subject, right, -3, key: key) : ConsumeAsync(subject, 7, key));
        }));

        Assert.That(all.Select(answer => answer.Status), Is.All.EqualTo(200));
        Assert.That((long)(await SummaryAsync(subject))["entitlements"]![0]!["usage_remaining"]!, Is.EqualTo(1000 - (20 * 3) - (20 * 7)));
    }

    private Task<Answer> AdjustAsync(string subject, string right, long units, string reason = "a test", string? key = null) => Portal.PostAsync(
        $"/portal/customers/{subject}/usage-adjustments", new JsonObject { ["entitlement_id"] = right, ["units"] = units, ["reason"] = reason }, key);

    private async Task<string> HeldAsync(string subject, string product)
    {
        var granted = await GrantAsync(subject, product);
        Assert.That(granted.Status, Is.EqualTo(201), granted.Text);
        return (string)granted.Json["id"]!;
    }
}
