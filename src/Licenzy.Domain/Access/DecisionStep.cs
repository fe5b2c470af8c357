using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Access;

/// <summary>What is decided about a subject from one instant until another, while nothing but time changes it.</summary>
/// <param name="Until">When the next step begins; <see langword="null"/> for the last one.</param>
/// <param name="Allowed">Whether any right is usable.</param>
/// <param name="Reason">The best right's reason; <see langword="null"/> where the subject has no right at all.</param>
public readonly record struct DecisionStep(DateTimeOffset? Until, bool Allowed, Reason? Reason);

/// <summary>Decisions ahead of time: what <see cref="AccessRules.Decide"/> will say at every later instant.</summary>
public static class DecisionSteps
{
    // Each right has at most four changes ahead; a subject with more of them than this is decided anew each time.
    private const int Most = 16;

    /// <summary>The steps from <paramref name="now"/> on, the first of them under way; <see langword="null"/> where they are too many.</summary>
    public static IReadOnlyList<DecisionStep>? From(IReadOnlyList<Entitlement> rights, DateTimeOffset now, Leeway leeway)
    {
        var steps = new List<DecisionStep>();
        var turns = 0;
        for (DateTimeOffset? at = now; at is { } instant; turns++)
        {
            if (turns == Most)
                return null;
            var decision = AccessRules.Decide(rights, instant, leeway);
            var next = AccessRules.NextChangeAt(rights, instant, leeway);
            if (steps is [.., var last] && (last.Allowed, last.Reason) == (decision.Allowed, decision.Reason))
                steps[^1] = last with { Until = next };
            else
                steps.Add(new DecisionStep(next, decision.Allowed, decision.Reason));
            at = next;
        }

        return steps;
    }
}
