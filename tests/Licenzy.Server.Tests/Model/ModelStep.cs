using FsCheck;
using FsCheck.Fluent;

namespace Licenzy.Server.Tests.Model;

internal enum ModelStepKind
{
    Buy,
    BuyLater,
    Settle,
    Grant,
    Revoke,
    Consume,
    Refund,
    FailRefund,
    Dispute,
    CloseDispute,
    Renew,
    Fail,
    Recover,
    GiveUp,
    Cancel,
    Change,
    Advance,
    Redeliver,
    Restart,
}

/// <summary>One thing that happens. Where there is nothing for it to happen to it does nothing, so that any part of a story is one.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Pick">To which of those there are, and how.</param>
/// <param name="Pause">Seconds before it.</param>
/// <param name="IsLate">Whether Stripe's events of it wait for a later step.</param>
internal sealed record ModelStep(ModelStepKind Kind, int Pick, int Pause, bool IsLate)
{
    public override string ToString() => $"{Kind} {Pick} after {Pause} s{(IsLate ? ", told late" : "")}";
}

/// <summary>Stories, and smaller ones of those that end badly.</summary>
internal static class ModelStories
{
    private static readonly (int Weight, ModelStepKind Kind)[] Weights =
    [
        (12, ModelStepKind.Buy), (2, ModelStepKind.BuyLater), (2, ModelStepKind.Settle), (4, ModelStepKind.Grant), (4, ModelStepKind.Revoke),
        (9, ModelStepKind.Consume), (7, ModelStepKind.Refund), (5, ModelStepKind.FailRefund), (5, ModelStepKind.Dispute), (5, ModelStepKind.CloseDispute),
        (4, ModelStepKind.Renew), (4, ModelStepKind.Fail), (3, ModelStepKind.Recover), (2, ModelStepKind.GiveUp), (5, ModelStepKind.Cancel),
        (4, ModelStepKind.Change), (10, ModelStepKind.Advance), (6, ModelStepKind.Redeliver), (1, ModelStepKind.Restart),
    ];

    private static Gen<ModelStep> Step { get; } = Of(Gen.Frequency(Weights.Select(weight => (weight.Weight, Gen.Constant(weight.Kind)))));

    /// <summary>Stories of so many steps; each begins with a purchase, so that there is something to happen to.</summary>
    public static Arbitrary<ModelStep[]> OfLength(int steps) => Arb.From(
        from first in Of(Gen.Constant(ModelStepKind.Buy))
        from others in Step.ArrayOf(steps - 1)
        select (ModelStep[])[first, .. others],
        Smaller);

    private static Gen<ModelStep> Of(Gen<ModelStepKind> kinds) =>
        from kind in kinds
        from pick in Gen.Choose(0, 59)
        from pause in Gen.Elements(0, 1, 1, 90)
        from late in Gen.Elements(true, false, false)
        select new ModelStep(kind, pick, pause, late);

    // Halves, quarters, … and single steps left out; then steps that are told at once.
    private static IEnumerable<ModelStep[]> Smaller(ModelStep[] story)
    {
        for (var size = story.Length / 2; size > 0; size /= 2)
        {
            for (var from = 0; from < story.Length; from += size)
                yield return [.. story[..from], .. story[Math.Min(story.Length, from + size)..]];
        }

        for (var place = 0; place < story.Length; place++)
        {
            if (story[place].IsLate)
                yield return [.. story[..place], story[place] with { IsLate = false }, .. story[(place + 1)..]];
        }
    }
}
