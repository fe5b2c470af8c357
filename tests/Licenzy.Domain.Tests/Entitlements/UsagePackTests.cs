using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Entitlements;

public sealed class UsagePackTests
{
    [TestCase(1000, true, Reason.UsagePackAvailable)]
    [TestCase(1, true, Reason.UsagePackAvailable)]
    [TestCase(0, false, Reason.UsagePackExhausted)]
    public void A_pack_is_usable_to_its_last_unit(long units, bool available, Reason reason) => Assert.That(
        Rights.Pack(units).At(Noon, Leeway.Default), Is.EqualTo(new Availability(available, reason, null)));

    [TestCase(-1, true, Reason.UsagePackAvailable)]
    [TestCase(0, false, Reason.UsagePackExpired)]
    [TestCase(1, false, Reason.UsagePackExpired)]
    public void A_pack_ends_at_its_instant_whatever_is_left(long ticks, bool available, Reason reason) => Assert.That(
        Rights.Pack(1000, Day(1)).At(Day(1).AddTicks(ticks), Leeway.Default),
        Is.EqualTo(new Availability(available, reason, available ? Day(1) : null)));

    [Test]
    public void An_empty_pack_is_exhausted_until_its_time_is_over_and_expired_from_then_on()
    {
        var pack = Rights.Pack(0, Day(1));
        Assert.Multiple(() =>
        {
            Assert.That(pack.At(Day(1).AddTicks(-1), Leeway.Default), Is.EqualTo(new Availability(false, Reason.UsagePackExhausted, Day(1))));
            Assert.That(pack.At(Day(1), Leeway.Default), Is.EqualTo(Availability.No(Reason.UsagePackExpired)));
        });
    }
}
