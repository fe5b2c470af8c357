using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Access;

/// <summary>May the subject proceed, why, and until when does that hold?</summary>
/// <param name="Allowed">Whether any right is usable.</param>
/// <param name="Reason">The best right's reason; <see langword="null"/> where the subject has no right at all.</param>
/// <param name="FlipsAt">The earliest instant at which <paramref name="Allowed"/> flips by time alone; <see langword="null"/> if never.</param>
public sealed record Decision(bool Allowed, Reason? Reason, DateTimeOffset? FlipsAt);

/// <summary>A right with what it means at the instant of the question.</summary>
/// <param name="Right">The right.</param>
/// <param name="Status">Its status then.</param>
/// <param name="Availability">Whether it is usable then, and why.</param>
/// <param name="GracePeriodEndsAt">When access drops, inside a grace.</param>
public sealed record RightView(Entitlement Right, EntitlementStatus Status, Availability Availability, DateTimeOffset? GracePeriodEndsAt);

/// <summary>All rights of a subject, best first, and the decision that follows.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Rights">The rights, best first.</param>
/// <param name="ChangesAt">The earliest instant at which any of it changes by time alone; <see langword="null"/> if never.</param>
public sealed record AccessSummary(Decision Decision, IReadOnlyList<RightView> Rights, DateTimeOffset? ChangesAt)
{
    /// <summary>The status of the best right; <see langword="null"/> where there is none.</summary>
    public EntitlementStatus? Status => Rights is [var best, ..] ? best.Status : null;
}

/// <summary>Access decisions over a subject's rights (CONTRACT §1: the smallest answer, and the summary that always agrees with it).</summary>
public static class AccessRules
{
    // Available before not; then as CONTRACT §1 lists them.
    private static readonly EntitlementStatus[] BestFirst =
    [
        EntitlementStatus.Active, EntitlementStatus.Trialing, EntitlementStatus.PastDue, EntitlementStatus.Canceled,
        EntitlementStatus.Paused, EntitlementStatus.Suspended, EntitlementStatus.Expired, EntitlementStatus.Revoked,
    ];

    /// <summary>May the subject proceed at <paramref name="now"/>?</summary>
    public static Decision Decide(IReadOnlyList<Entitlement> rights, DateTimeOffset now, Leeway leeway) =>
        Summarise(rights, now, leeway).Decision;

    /// <summary>The decision with the rights behind it, best first.</summary>
    public static AccessSummary Summarise(IReadOnlyList<Entitlement> rights, DateTimeOffset now, Leeway leeway)
    {
        RightView[] views =
        [
            .. rights
                .Select(right => View(right, now, leeway))
                .OrderBy(view => view.Availability.IsAvailable ? 0 : 1)
                .ThenBy(view => Array.IndexOf(BestFirst, view.Status))
                .ThenBy(view => view.Right.CreatedAt)
                .ThenBy(view => view.Right.Id, StringComparer.Ordinal),
        ];

        var allowed = views is [{ Availability.IsAvailable: true }, ..];
        var reason = views is [var best, ..] ? best.Availability.Reason : (Reason?)null;
        return new AccessSummary(
            new Decision(allowed, reason, FlipsAt(rights, allowed, now, leeway)),
            views,
            views.Min(view => view.Availability.ChangesAt));
    }

    /// <summary>What one right means at <paramref name="now"/>.</summary>
    public static RightView View(Entitlement right, DateTimeOffset now, Leeway leeway) =>
        new(right, right.StatusAt(now), right.At(now, leeway), right.GracePeriodEndsAt(now, leeway));

    /// <summary>The next instant at which any right is another by time alone; <see langword="null"/> if never.</summary>
    public static DateTimeOffset? NextChangeAt(IReadOnlyList<Entitlement> rights, DateTimeOffset now, Leeway leeway) =>
        rights.Min(right => right.At(now, leeway).ChangesAt);

    // One right's end is no flip where another carries on, so walk from change to change until the answer differs.
    // Each right has at most four changes ahead (start, period end, leeway end, cancel), which bounds the walk.
    private static DateTimeOffset? FlipsAt(IReadOnlyList<Entitlement> rights, bool allowed, DateTimeOffset now, Leeway leeway)
    {
        var instant = now;
        for (var step = 0; step <= rights.Count * 4; step++)
        {
            if (rights.Min(right => right.At(instant, leeway).ChangesAt) is not { } next)
            {
                return null;
            }

            instant = next;
            if (rights.Any(right => right.At(instant, leeway).IsAvailable) != allowed)
            {
                return instant;
            }
        }

        return null;
    }
}
