using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Entitlements;

public sealed class StatusTests
{
    [TestCase(-1, EntitlementStatus.Active)]
    [TestCase(0, EntitlementStatus.Expired)]
    [TestCase(1, EntitlementStatus.Expired)]
    public void A_right_whose_time_is_over_is_expired_though_nobody_told(long ticks, EntitlementStatus status)
    {
        foreach (var right in new[] { Rights.Pass(Day(-30), Day(1)), Rights.Pack(10, Day(1)), Rights.Granted(Day(1)) })
            Assert.That(right.StatusAt(Day(1).AddTicks(ticks)), Is.EqualTo(status), right.Kind.ToWord());
    }

    [TestCase(EntitlementStatus.Canceled)]
    [TestCase(EntitlementStatus.Suspended)]
    [TestCase(EntitlementStatus.Revoked)]
    public void A_right_that_was_taken_stays_what_it_is(EntitlementStatus status) =>
        Assert.That((Rights.Pass(Day(-30), Day(1)) with { Status = status }).StatusAt(Day(2)), Is.EqualTo(status));

    [PropertyTest]
    public bool Only_an_active_right_changes_its_status_by_time_and_only_to_expired(Entitlement right, DateTimeOffset now) =>
        right.StatusAt(now) is var status
        && (right.Block is not null || status == right.Status || (right.Status == EntitlementStatus.Active && status == EntitlementStatus.Expired));

    [PropertyTest]
    public bool An_expired_right_is_never_available(Entitlement right, DateTimeOffset now, Leeway leeway) =>
        right.StatusAt(now) is not (EntitlementStatus.Expired or EntitlementStatus.Revoked or EntitlementStatus.Suspended)
        || !right.At(now, leeway).IsAvailable;
}
