using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;

namespace Licenzy.Server.Entitlements;

/// <summary>A subject's rights at one version.</summary>
/// <param name="Version">Grows with every change of the subject; 0 for an unknown one.</param>
/// <param name="Rights">Every right it ever had.</param>
/// <param name="SeenAt">Until when it was told what time did to them; known under the subject's lock only.</param>
internal sealed record SubjectRights(long Version, IReadOnlyList<Entitlement> Rights, DateTimeOffset? SeenAt = null)
{
    /// <summary>How far the rules' clock was ahead, in milliseconds, in the view that was read; see <see cref="RuleClock"/>.</summary>
    public long ClockOffset { get; init; }

    /// <summary>When the first of its open holds ends; known under the subject's lock only.</summary>
    public DateTimeOffset? HoldDueAt { get; init; }

    /// <summary>When time does something next: to a right, or to a hold.</summary>
    public DateTimeOffset? NextDueAt(DateTimeOffset from, Leeway leeway) =>
        TimeRules.NextDueAt(Rights, from, leeway) is { } next && !(HoldDueAt < next) ? next : HoldDueAt;

    /// <summary>The instant at which to decide about what was read.</summary>
    public DateTimeOffset Now(TimeProvider clock) => clock.GetUtcNow().AddMilliseconds(ClockOffset);

    /// <summary>The rights once these changes are made: the next version.</summary>
    public SubjectRights After(IReadOnlyList<EntitlementChange> changes) => this with
    {
        Version = Version + 1,
        Rights = [.. Rights.Where(right => changes.All(change => change.Before?.Id != right.Id)), .. changes.Select(change => change.After)],
    };

    public static SubjectRights None { get; } = new(0, []);
}
