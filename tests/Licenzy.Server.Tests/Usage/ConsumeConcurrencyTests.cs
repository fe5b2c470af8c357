using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Usage;

/// <summary>Many at once on one balance: as if they had come one after the other.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ConsumeConcurrencyTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "POST /v1/usage/consume";

    [Test]
    [Spec(Route, "concurrent consumers never take more than there is, and every answer fits one order")]
    public async Task Consumers_at_once_fit_one_order()
    {
        const long balance = 1000;
        var subject = await WithUnitsAsync(600, 400);
        var wanted = Enumerable.Range(0, 64).Select(n => 5L + (n * 7 % 41)).ToArray();

        var answers = await Task.WhenAll(wanted.Select(units =>
        {
            var key = Wire.NewKey();
            return Wire.PatientlyAsync(() => ConsumeAsync(subject, units, key));
        }));

        var asked = wanted.Zip(answers, (units, answer) => (Units: units, Answer: answer)).ToArray();
        Assert.That(asked.Select(one => one.Answer.Status), Is.All.AnyOf(200, 409));
        var left = balance;
        foreach (var (units, answer) in asked.Where(one => one.Answer.Status == 200).OrderByDescending(one => (long)one.Answer.Json["usage_remaining"]!))
        {
            left -= units;
            Assert.That((long)answer.Json["usage_remaining"]!, Is.EqualTo(left), "each answer continues the one before");
            Assert.That((long)answer.Json["consumed"]!, Is.EqualTo(units));
        }

        Assert.That(left, Is.Not.Negative);
        Assert.That(await LeftAsync(subject), Is.EqualTo(left));
        Assert.That(wanted.Sum(), Is.GreaterThan(balance), "not all can be served");
        foreach (var (units, answer) in asked.Where(one => one.Answer.Status == 409))
        {
            Assert.That(answer.Error, Is.EqualTo("insufficient_usage"));
            Assert.That(units, Is.GreaterThan(left), "who was refused asked for more than was left then");
        }
    }

    [Test]
    [Spec(Route, "concurrent calls with the same key take effect once")]
    public async Task The_same_key_at_once_takes_effect_once()
    {
        var (subject, key) = (await WithUnitsAsync(100), Wire.NewKey());

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Wire.PatientlyAsync(() => ConsumeAsync(subject, 10, key))));

        var done = answers.Where(answer => answer.Status == 200).ToArray();
        Assert.That(done, Is.Not.Empty);
        Assert.That(answers.Except(done).Select(answer => (answer.Status, answer.Error)), Is.All.EqualTo((409, "idempotency_in_progress")));
        Assert.That(done.Select(answer => answer.Text).Distinct().Count(), Is.EqualTo(1));
        Assert.That(done.Count(answer => answer.Header("Idempotency-Replayed") is null), Is.EqualTo(1));
        Assert.That(await LeftAsync(subject), Is.EqualTo(90));
    }

    [Test]
    public async Task Consumers_and_grants_at_once_lose_nothing()
    {
        var subject = await WithUnitsAsync(100);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(n =>
        {
            var key = Wire.NewKey();
            return Wire.PatientlyAsync(() => n % 4 == 0
                ? Portal.PostAsync($"/portal/customers/{subject}/grants", new JsonObject { ["product_code"] = "PACK1000", ["units"] = 10, ["reason"] = "a test" }, key)
                : ConsumeAsync(subject, 1, key));
        }));

        Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(200, 201));
        Assert.That(await LeftAsync(subject), Is.EqualTo(100 + (10 * 10) - 30));
        Assert.That(
            await Rows.ValueAsync<long>(Server, "select cast(sum(units) as bigint) from usage_ledger where subject_ref = @subject", new { subject }),
            Is.EqualTo(170), "the ledger sums up to the balance");
    }

    private async Task<string> WithUnitsAsync(params long[] packs)
    {
        var subject = NewSubject();
        foreach (var units in packs)
        {
            Assert.That((await GrantAsync(subject, "PACK1000", new JsonObject { ["units"] = units })).Status, Is.EqualTo(201));
        }

        return subject;
    }

    private async Task<long> LeftAsync(string subject) =>
        (await SummaryAsync(subject))["entitlements"]!.AsArray().Sum(right => (long)right!["usage_remaining"]!);
}
