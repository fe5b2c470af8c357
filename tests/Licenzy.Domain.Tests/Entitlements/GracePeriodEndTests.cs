using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Entitlements;

public sealed class GracePeriodEndTests
{
    [Test]
    public void Inside_a_dunning_grace_it_is_the_graces_end()
    {
        var right = Rights.Subscription(EntitlementStatus.PastDue, Day(20), StatusCause.Dunning).With(terms => terms with { GraceEndsAt = Day(10) });
        Assert.Multiple(() =>
        {
            Assert.That(right.GracePeriodEndsAt(Day(10).AddTicks(-1), Leeway.Default), Is.EqualTo(Day(10)));
            Assert.That(right.GracePeriodEndsAt(Day(10), Leeway.Default), Is.Null);
        });
    }

    [Test]
    public void Before_a_scheduled_end_it_is_that_end()
    {
        var right = Rights.Subscription(EntitlementStatus.Canceled, Day(10), StatusCause.CancelScheduled)
            .With(terms => terms with { CancelAtPeriodEnd = true });
        Assert.Multiple(() =>
        {
            Assert.That(right.GracePeriodEndsAt(Day(0), Leeway.Default), Is.EqualTo(Day(10)));
            Assert.That(right.GracePeriodEndsAt(Day(10), Leeway.Default), Is.Null);
        });
    }

    [Test]
    public void Otherwise_there_is_none() => Assert.Multiple(() =>
    {
        Assert.That(Rights.Subscription(EntitlementStatus.Active, Day(10)).GracePeriodEndsAt(Day(0), Leeway.Default), Is.Null);
        Assert.That(Rights.Subscription(EntitlementStatus.Active, Day(10)).GracePeriodEndsAt(Day(11), Leeway.Default), Is.Null);
        Assert.That(Rights.Pass(Day(0), Day(30)).GracePeriodEndsAt(Day(1), Leeway.Default), Is.Null);
    });

    [PropertyTest]
    public bool It_is_the_instant_at_which_access_drops(Entitlement right, DateTimeOffset now, Leeway leeway) =>
        right.GracePeriodEndsAt(now, leeway) is not { } end || (right.At(now, leeway).IsAvailable && !right.At(end, leeway).IsAvailable);
}
