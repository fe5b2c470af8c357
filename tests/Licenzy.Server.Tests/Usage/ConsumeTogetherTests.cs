using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Usage;

/// <summary>Consumptions that come at the same time share a transaction: each is answered as if it had come alone.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ConsumeTogetherTests(Engine engine) : ServerFixture(engine)
{
    private const string Consume = "POST /v1/usage/consume";

    [Test]
    [Spec(Consume, "many at once on one balance: what is left follows one order, without a gap")]
    public async Task Many_on_one_balance_leave_one_order()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PACK1000");
        var answers = await Task.WhenAll(Enumerable.Range(0, 150).Select(_ => Wire.PatientlyAsync(() => ConsumeAsync(subject, 7))));

        var left = answers.Where(answer => answer.Status == 200).Select(answer => (long)answer.Json["usage_remaining"]!).Order().Reverse().ToList();
        Assert.That(left, Is.EqualTo(Enumerable.Range(1, 142).Select(taken => 1000L - (7 * taken))));
        Assert.That(answers.Where(answer => answer.Status != 200).Select(answer => answer.Error), Has.Exactly(8).Items.And.All.EqualTo("insufficient_usage"));
        Assert.That(answers.Where(answer => answer.Status == 200).Select(answer => (string)answer.Json["consumption_id"]!), Is.Unique);
        Assert.That((await Portal.GetAsync("/portal/ledger/verify?limit=100")).Json["data"]!.AsArray(), Is.Empty);
    }

    [Test]
    [Spec(Consume, "repeats that come with the first request get its answer, and another body is refused")]
    public async Task Repeats_in_the_same_moment_are_repeats()
    {
        var (subject, other) = (NewSubject(), NewSubject());
        await GrantAsync(subject, "PACK1000");
        for (var round = 0; round < 5; round++)
        {
            var key = Wire.NewKey();
            var same = Enumerable.Range(0, 12).Select(_ => Wire.PatientlyAsync(() => ConsumeAsync(subject, 10, key)));
            var neighbours = Enumerable.Range(0, 12).Select(_ => Wire.PatientlyAsync(() => ConsumeAsync(other, 1)));
            var all = await Task.WhenAll([.. same, .. neighbours]);

            var first = all[..12].Where(answer => answer.Header("Idempotency-Replayed") is null).ToList();
            Assert.That(first, Has.Count.EqualTo(1));
            Assert.That(all[..12].Select(answer => answer.Text), Is.All.EqualTo(first[0].Text));
            Assert.That(all[12..].Select(answer => answer.Error), Is.All.EqualTo("insufficient_usage"));
            var another = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ConsumeAsync(subject, 11, key)));
            Assert.That(another.Select(answer => answer.Error), Is.All.EqualTo("idempotency_conflict"));
        }

        Assert.That((long)(await SummaryAsync(subject))["entitlements"]![0]!["usage_remaining"]!, Is.EqualTo(950));
    }

    [Test]
    [Spec(Consume, "of two bodies with one key in the same moment one takes effect")]
    public async Task Two_bodies_with_one_key_in_the_same_moment()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PACK1000");
        for (var round = 1; round <= 5; round++)
        {
            var key = Wire.NewKey();
            var answers = await Task.WhenAll(ConsumeAsync(subject, 10, key), ConsumeAsync(subject, 20, key), ConsumeAsync(subject, 10, key), ConsumeAsync(subject, 20, key));
            Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 200, 200, 409, 409 }));
        }
    }

    [Test]
    [Spec(Consume, "subjects of one moment do not mix, in either mode")]
    public async Task Subjects_of_one_moment_do_not_mix()
    {
        var subjects = Enumerable.Range(0, 40).Select(_ => NewSubject()).ToList();
        foreach (var subject in subjects)
            await GrantAsync(subject, "PACK1000", new JsonObject { ["units"] = 100 });
        var answers = await Task.WhenAll(subjects.SelectMany((subject, i) => Enumerable.Range(0, 3).Select(_ => Wire.PatientlyAsync(() => ConsumeAsync(subject, i + 1)))));
        var live = await Task.WhenAll(subjects.Select(subject => Live.PostAsync("/v1/usage/consume", new JsonObject { ["subject_ref"] = subject, ["units"] = 1 }, Wire.NewKey())));

        Assert.That(live.Select(answer => answer.Error), Is.All.EqualTo("insufficient_usage"));
        for (var i = 0; i < subjects.Count; i++)
        {
            var taken = answers[(3 * i)..((3 * i) + 3)].Count(answer => answer.Status == 200);
            Assert.That((taken, (long)(await SummaryAsync(subjects[i]))["entitlements"]![0]!["usage_remaining"]!), Is.EqualTo((Math.Min(3, 100 / (i + 1)), 100L - (taken * (i + 1)))));
        }
    }
}
