using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Entitlements;

public sealed class PeriodTests
{
    private static readonly Leeway Leeway = new(TimeSpan.FromHours(48), TimeSpan.FromHours(1));

    // Hours and ticks after the end of the period.
    [TestCase(0, -1, true, Reason.SubscriptionActive)]
    [TestCase(0, 0, true, Reason.RenewalPending)]
    [TestCase(0, 1, true, Reason.RenewalPending)]
    [TestCase(48, -1, true, Reason.RenewalPending)]
    [TestCase(48, 0, false, Reason.RenewalOverdue)]
    [TestCase(48, 1, false, Reason.RenewalOverdue)]
    public void A_paid_period_is_followed_by_the_leeway(int hours, long ticks, bool available, Reason reason)
    {
        var (end, overdue) = (Day(0), Day(2));
        Assert.That(
            Rights.Subscription(EntitlementStatus.Active, end).At(end.AddHours(hours).AddTicks(ticks), Leeway),
            Is.EqualTo(new Availability(available, reason, reason == Reason.SubscriptionActive ? end : available ? overdue : null)));
    }

    [TestCase(0, -1, true, Reason.SubscriptionTrialing)]
    [TestCase(0, 0, true, Reason.RenewalPending)]
    [TestCase(1, -1, true, Reason.RenewalPending)]
    [TestCase(1, 0, false, Reason.TrialEnded)]
    [TestCase(1, 1, false, Reason.TrialEnded)]
    public void A_trial_is_followed_by_its_own_shorter_leeway(int hours, long ticks, bool available, Reason reason)
    {
        var end = Day(0);
        Assert.That(
            Rights.Subscription(EntitlementStatus.Trialing, end).At(end.AddHours(hours).AddTicks(ticks), Leeway),
            Is.EqualTo(new Availability(available, reason, reason == Reason.SubscriptionTrialing ? end : available ? end.AddHours(1) : null)));
    }

    [TestCase(EntitlementStatus.Active, Reason.SubscriptionActive)]
    [TestCase(EntitlementStatus.Trialing, Reason.SubscriptionTrialing)]
    public void A_period_that_is_not_known_ends_nothing(EntitlementStatus status, Reason reason) =>
        Assert.That(Rights.Subscription(status, null).At(Day(10_000), Leeway), Is.EqualTo(Availability.Yes(reason)));

    [TestCase(EntitlementStatus.Active, Reason.RenewalOverdue)]
    [TestCase(EntitlementStatus.Trialing, Reason.TrialEnded)]
    public void Without_a_leeway_the_period_is_the_end(EntitlementStatus status, Reason reason) => Assert.That(
        Rights.Subscription(status, Day(0)).At(Day(0), new Leeway(TimeSpan.Zero, TimeSpan.Zero)), Is.EqualTo(Availability.No(reason)));

    [Test]
    public void The_leeway_is_two_days_after_a_period_and_an_hour_after_a_trial_unless_set() =>
        Assert.That(Leeway.Default, Is.EqualTo(new Leeway(TimeSpan.FromHours(48), TimeSpan.FromHours(1))));
}
