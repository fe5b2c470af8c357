using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Tests.Entitlements;

public sealed class AvailabilityTests
{
    private static readonly Reason[] Yes =
    [
        Reason.SubscriptionActive, Reason.SubscriptionTrialing, Reason.SubscriptionCanceling, Reason.RenewalPending, Reason.PastDueInGrace,
        Reason.TimePassActive, Reason.UsagePackAvailable,
    ];

    [PropertyTest]
    public bool A_reason_always_means_the_same_answer(Entitlement right, DateTimeOffset now, Leeway leeway) =>
        right.At(now, leeway) is var answer && answer.IsAvailable == Yes.Contains(answer.Reason);

    [PropertyTest]
    public bool A_change_lies_ahead(Entitlement right, DateTimeOffset now, Leeway leeway) =>
        right.At(now, leeway).ChangesAt is not { } change || change > now;

    [PropertyTest]
    public bool Nothing_changes_before_the_announced_instant_and_something_does_at_it(Entitlement right, DateTimeOffset now, Leeway leeway)
    {
        var announced = right.At(now, leeway).ChangesAt;
        return Same(now) && (announced is not { } change || Seen(change) != Seen(now));

        bool Same(DateTimeOffset from) => Boundaries.Of(right, leeway)
            .Where(instant => instant > from && (announced is null || instant < announced))
            .All(instant => Seen(instant) == Seen(from));

        (bool, Reason, EntitlementStatus, DateTimeOffset?) Seen(DateTimeOffset instant) =>
            (right.At(instant, leeway).IsAvailable, right.At(instant, leeway).Reason, right.StatusAt(instant), right.GracePeriodEndsAt(instant, leeway));
    }
}
