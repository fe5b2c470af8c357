using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Usage;

/// <summary>Many at once on one balance: never more than was granted, and the books add up.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class HoldConcurrencyTests(Engine engine) : UsageFixture(engine)
{
    [Test]
    [Spec(CommitRoute, "of two commits at once one wins, and the other hears hold_closed")]
    public async Task Of_commits_and_releases_at_once_one_wins()
    {
        var subject = await WithUnitsAsync(100);
        var hold = await HeldAsync(subject, 40);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Wire.PatientlyAsync(() => n % 2 == 0 ? CommitAsync(hold) : ReleaseAsync(hold))));

        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(answers.Where(answer => answer.Status != 200).Select(answer => answer.Error), Is.All.EqualTo("hold_closed"));
        Assert.That(await LeftAsync(subject), Is.EqualTo(answers.Single(answer => answer.Status == 200).Json["consumed"] is null ? 100 : 60));
    }

    [Test]
    [Spec(HoldRoute, "64 callers at once that hold, consume, commit and release take never more than there is, and the ledger adds up")]
    public async Task Callers_at_once_never_take_more_than_there_is()
    {
        const long granted = 1000;
        var subject = await WithUnitsAsync(600, 400);

        var consumed = await Task.WhenAll(Enumerable.Range(0, 64).Select(n => LiveAsync(subject, n)));

        Assert.That(consumed.Sum(), Is.LessThanOrEqualTo(granted).And.GreaterThan(granted / 2));
        Assert.That(await LeftAsync(subject), Is.EqualTo(granted - consumed.Sum()), "what was not consumed is left: nothing is held any more");
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from usage_holds where subject_ref = @subject and status = 'open'", new { subject }), Is.Zero);
        Assert.That(await DifferencesAsync(), Is.Empty);
    }

    [Test]
    [Spec(HoldRoute, "however many holds end at once, whoever asks then finds all of their units")]
    public async Task Nobody_hears_of_too_few_units_while_many_holds_end()
    {
        const int holds = 250;
        var (many, few) = (await WithUnitsAsync(holds), await WithUnitsAsync(5));
        await Task.WhenAll(Enumerable.Range(0, holds).Select(_ => Wire.PatientlyAsync(() => HoldAsync(many, 1, 60))));
        await HeldAsync(few, 5, 60);
        Assert.That((await LeftAsync(many), await LeftAsync(few)), Is.EqualTo((0L, 0L)));

        Clock.Advance(TimeSpan.FromSeconds(60));
        var answers = await Task.WhenAll(Wire.PatientlyAsync(() => ConsumeAsync(many, holds)), Wire.PatientlyAsync(() => ConsumeAsync(few, 5)));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200), answers[0].Text + answers[1].Text);
        Assert.That(await DifferencesAsync(), Is.Empty);
    }

    // Three rounds of one caller; how many units it has consumed for good.
    private async Task<long> LiveAsync(string subject, int caller)
    {
        var sum = 0L;
        for (var round = 0; round < 3; round++)
        {
            var units = 3L + ((caller + round) * 7 % 11);
            if (caller % 4 == 0)
            {
                var taken = await OnceAsync(key => ConsumeAsync(subject, units, key));
                sum += taken is null ? 0 : units;
                if (taken is not null && round == 1)
                    sum -= (long)(await OnceAsync(key => ReverseAsync((string)taken.Json["consumption_id"]!, 2, key)))!.Json["reversed"]!;
                continue;
            }

            if (await OnceAsync(key => HoldAsync(subject, units, key: key)) is not { } held)
                continue;
            var hold = (string)held.Json["hold_id"]!;
            sum += (caller % 4) switch
            {
                1 => (long)(await OnceAsync(key => CommitAsync(hold, key: key)))!.Json["consumed"]!,
                2 => (long)(await OnceAsync(key => CommitAsync(hold, 2, key)))!.Json["consumed"]!,
                _ => (await OnceAsync(key => ReleaseAsync(hold, key)))!.Status == 200 ? 0 : throw new InvalidOperationException("not released"),
            };
        }

        return sum;
    }

    private static async Task<Answer?> OnceAsync(Func<string, Task<Answer>> send)
    {
        var key = Wire.NewKey();
        var answer = await Wire.PatientlyAsync(() => send(key));
        Assert.That(answer is { Status: 200 } or { Status: 409, Error: "insufficient_usage" }, answer.Text);
        return answer.Status == 200 ? answer : null;
    }
}
