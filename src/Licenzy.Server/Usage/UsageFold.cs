using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Usage;

/// <summary>Decides requests of one transaction one after the other, each on what the one before left, and writes once what they led to.</summary>
internal sealed class UsageFold(ChangeWriter writer)
{
    public async Task<Dictionary<Asked, IRepeatableAnswer>> DecideAsync(Session session, IReadOnlyList<Asked> asked, IReadOnlyDictionary<(Domain.Scope, string), UsageSubject> subjects)
    {
        var answers = new Dictionary<Asked, IRepeatableAnswer>(ReferenceEqualityComparer.Instance);
        foreach (var unknown in asked.Where(one => one.SubjectRef is null))
            answers[unknown] = Refusal.NotFound;
        foreach (var same in asked.Where(one => one.SubjectRef is not null).GroupBy(one => one.Subject))
            await DecideAsync(session, subjects[same.Key], same, answers).ConfigureAwait(false);
        return answers;
    }

    private async Task DecideAsync(Session session, UsageSubject subject, IEnumerable<Asked> asked, Dictionary<Asked, IRepeatableAnswer> answers)
    {
        var (written, now, steps) = (subject, subject, new List<ChangeStep>());
        foreach (var one in asked)
        {
            if (one.Move.ReadsLedger)
                await WriteAsync().ConfigureAwait(false);
            var moved = await one.Move.Decide(session, now).ConfigureAwait(false);
            answers[one] = moved.Answer;
            now = moved.Of(now);
            if (moved.Step is { } step)
                steps.Add(step);
        }

        await WriteAsync().ConfigureAwait(false);

        async Task WriteAsync()
        {
            if (steps.Count == 0)
                return;
            var held = written.Held with { HoldDueAt = now.Held.HoldDueAt };
            written = now = now with { Held = await writer.WriteAsync(session, subject.Scope, subject.SubjectRef, held, steps).ConfigureAwait(false) };
            steps.Clear();
        }
    }
}
