using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Entitlements;

public sealed class TimePassTests
{
    [TestCase(-TimeSpan.TicksPerSecond, true, Reason.TimePassActive)]
    [TestCase(-1, true, Reason.TimePassActive)]
    [TestCase(0, false, Reason.TimePassExpired)]
    [TestCase(1, false, Reason.TimePassExpired)]
    [TestCase(TimeSpan.TicksPerSecond, false, Reason.TimePassExpired)]
    public void A_pass_ends_at_its_instant(long ticks, bool available, Reason reason) => Assert.That(
        Rights.Pass(Day(0), Day(30)).At(Day(30).AddTicks(ticks), Leeway.Default),
        Is.EqualTo(new Availability(available, reason, available ? Day(30) : null)));

    [TestCase(-1, false, Reason.NotStarted)]
    [TestCase(0, true, Reason.TimePassActive)]
    [TestCase(1, true, Reason.TimePassActive)]
    public void A_pass_begins_at_its_instant(long ticks, bool available, Reason reason) => Assert.That(
        (Rights.Pass(Day(0), Day(30)) with { CreatedAt = Day(-1) }).At(Day(0).AddTicks(ticks), Leeway.Default),
        Is.EqualTo(new Availability(available, reason, available ? Day(30) : Day(0))));

    [Test]
    public void Who_paid_gets_in_though_our_clock_is_behind_Stripes() => Assert.That(
        Rights.Pass(Day(0), Day(30)).At(Day(0).AddMinutes(-2), Leeway.Default), Is.EqualTo(Availability.Until(Day(30), Reason.TimePassActive)));

    [Test]
    public void A_pass_without_an_end_never_ends() => Assert.That(
        Rights.Pass(Day(0), null).At(DateTimeOffset.MaxValue, Leeway.Default), Is.EqualTo(Availability.Yes(Reason.TimePassActive)));
}
