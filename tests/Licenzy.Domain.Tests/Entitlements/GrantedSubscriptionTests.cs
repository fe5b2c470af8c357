using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Entitlements;

public sealed class GrantedSubscriptionTests
{
    [Test]
    public void A_granted_subscription_without_an_end_goes_on() =>
        Assert.That(Rights.Granted().At(Day(10_000), Leeway.Default), Is.EqualTo(Availability.Yes(Reason.SubscriptionActive)));

    [TestCase(-1, true, Reason.SubscriptionActive)]
    [TestCase(0, false, Reason.SubscriptionCanceled)]
    [TestCase(1, false, Reason.SubscriptionCanceled)]
    public void A_granted_subscription_ends_at_its_instant_without_leeway(long ticks, bool available, Reason reason) => Assert.That(
        Rights.Granted(Day(1)).At(Day(1).AddTicks(ticks), Leeway.Default),
        Is.EqualTo(new Availability(available, reason, available ? Day(1) : null)));
}
