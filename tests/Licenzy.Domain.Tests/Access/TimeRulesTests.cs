using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Access.TimeNewsKind;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Access;

public sealed class TimeRulesTests
{
    private static readonly Entitlement Active = Rights.Subscription(EntitlementStatus.Active, Day(10));
    private static readonly Entitlement Canceling = Rights.Subscription(EntitlementStatus.Canceled, Day(10), StatusCause.CancelScheduled)
        .With(terms => terms with { CancelAtPeriodEnd = true });

    private static IEnumerable<TestCaseData> Lives()
    {
        yield return Life("a pass", Rights.Pass(Day(0), Day(30)), "27 expiring time_pass_active, 30 expired time_pass_expired");
        yield return Life("a pass of 72 hours, which nobody needs to be told of in advance", Rights.Pass(Day(0), Day(3)), "3 expired time_pass_expired");
        yield return Life("an endless pass", Rights.Pass(Day(0), null), "");
        yield return Life(
            "a pass that begins later", Rights.Pass(Day(5), Day(10)) with { CreatedAt = Day(0) },
            "5 updated time_pass_active, 7 expiring time_pass_active, 10 expired time_pass_expired");
        yield return Life(
            "a pass that begins later, for 72 hours", Rights.Pass(Day(5), Day(8)) with { CreatedAt = Day(0) },
            "5 updated time_pass_active, 8 expired time_pass_expired");
        yield return Life("a pack with an end", Rights.Pack(5, Day(10)), "7 expiring usage_pack_available, 10 expired usage_pack_expired");
        yield return Life("an empty pack, which was of no use any more", Rights.Pack(0, Day(10)), "10 updated usage_pack_expired");
        yield return Life("a pack without an end", Rights.Pack(5), "");
        yield return Life("a granted subscription", Rights.Granted(Day(10)), "7 expiring subscription_active, 10 expired subscription_canceled");
        yield return Life("a subscription that renews", Active, "10 updated renewal_pending, 12 expired renewal_overdue");
        yield return Life(
            "a trial", Rights.Subscription(EntitlementStatus.Trialing, Day(10)),
            "7 expiring subscription_trialing, 10 updated renewal_pending, 10.04 expired trial_ended");
        yield return Life("a scheduled cancel", Canceling, "7 expiring subscription_canceling, 10 expired subscription_canceled");
        yield return Life(
            "a cancel before the trial's end", Rights.Subscription(EntitlementStatus.Trialing, Day(10)).With(terms => terms with { CancelAt = Day(8) }),
            "5 expiring subscription_trialing, 8 expired subscription_canceled");
        yield return Life(
            "a cancel beyond the period", Active.With(terms => terms with { CancelAt = Day(11) }),
            "8 expiring subscription_active, 10 updated renewal_pending, 11 expired subscription_canceled");
        yield return Life(
            "a cancel 72 hours beyond the period, when it would be overdue", Active.With(terms => terms with { CancelAt = Day(13) }),
            "10 updated renewal_pending, 10 expiring renewal_pending, 12 expired renewal_overdue, 13 updated subscription_canceled");
        yield return Life(
            "a cancel far beyond the period", Active.With(terms => terms with { CancelAt = Day(40) }),
            "10 updated renewal_pending, 12 expired renewal_overdue, 40 updated subscription_canceled");
        yield return Life(
            "a grace", Rights.Subscription(EntitlementStatus.PastDue, Day(30), StatusCause.Dunning).With(terms => terms with { GraceEndsAt = Day(21) }),
            "18 expiring past_due_in_grace, 21 expired past_due_grace_ended");
        yield return Life("a paused subscription", Rights.Subscription(EntitlementStatus.Paused, Day(10)), "");
        yield return Life("a revoked pass", Rights.Pass(Day(0), Day(30)) with { Status = EntitlementStatus.Revoked, EndedAt = Day(1) }, "");
        yield return Life("a disputed pass", Rights.Pass(Day(0), Day(30)) with { Block = new PaymentBlock(PaymentBlockCause.Dispute, Day(1)) }, "");
    }

    [TestCaseSource(nameof(Lives))]
    public string What_time_does_to(Entitlement right) => InWords(TimeRules.Between([right], Day(0), Day(1000), Leeway.Default));

    [Test]
    public void What_happened_when_one_looked_last_is_not_told_again() => Assert.Multiple(() =>
    {
        Entitlement[] rights = [Rights.Pass(Day(0), Day(30))];
        Assert.That(InWords(TimeRules.Between(rights, Day(27), Day(30), Leeway.Default)), Is.EqualTo("30 expired time_pass_expired"));
        Assert.That(TimeRules.Between(rights, Day(30), Day(1000), Leeway.Default), Is.Empty);
        Assert.That(TimeRules.NextDueAt(rights, Day(27), Leeway.Default), Is.EqualTo(Day(30)));
        Assert.That(TimeRules.NextDueAt(rights, Day(30), Leeway.Default), Is.Null);
    });

    [Test]
    public void Rights_are_told_of_in_the_order_of_what_happened_and_then_of_their_age()
    {
        var old = Rights.Pass(Day(-20), Day(5)) with { Id = "ent_9" };
        var young = Rights.Pass(Day(-10), Day(5)) with { Id = "ent_1" };
        Assert.That(
            TimeRules.Between([Canceling, young, old], Day(0), Day(10), Leeway.Default).Select(news => (news.Right.Id, news.At)),
            Is.EqualTo(new[] { ("ent_9", Day(2)), ("ent_1", Day(2)), ("ent_9", Day(5)), ("ent_1", Day(5)), (Canceling.Id, Day(7)), (Canceling.Id, Day(10)) }));
    }

    [PropertyTest]
    public bool Looking_twice_finds_what_looking_once_finds(Entitlement[] rights, DateTimeOffset[] instants, Leeway leeway)
    {
        DateTimeOffset[] looks = [Day(-1000), .. instants.Order(), Day(1000)];
        var parts = looks.Zip(looks.Skip(1)).SelectMany(look => TimeRules.Between(rights, look.First, look.Second, leeway));
        return parts.SequenceEqual(TimeRules.Between(rights, looks[0], looks[^1], leeway));
    }

    [PropertyTest]
    public bool The_next_due_instant_is_that_of_the_first_news(Entitlement[] rights, DateTimeOffset from, Leeway leeway) =>
        TimeRules.NextDueAt(rights, from, leeway)
        == TimeRules.Between(rights, from, Day(10_000), leeway).Select(news => (DateTimeOffset?)news.At).FirstOrDefault();

    [PropertyTest]
    public bool Every_turn_that_looking_everywhere_finds_is_told_once_and_nothing_else(Entitlement right, Leeway leeway)
    {
        var told = TimeRules.Between([right], Day(-1000), Day(10_000), leeway).Where(news => news.Kind != Expiring)
            .Select(news => (news.At, news.Kind == Expired, news.Reason)).ToArray();
        DateTimeOffset[] looks = [Day(-1000), .. Boundaries.Of(right, leeway).Where(instant => instant > Day(-1000))];
        var found = looks.Zip(looks.Skip(1))
            .Select(look => (look.Second, Before: right.At(look.First, leeway), After: right.At(look.Second, leeway)))
            .Where(turn => (turn.Before.IsAvailable, turn.Before.Reason) != (turn.After.IsAvailable, turn.After.Reason))
            .Select(turn => (turn.Second, turn.Before.IsAvailable && !turn.After.IsAvailable, turn.After.Reason));
        return told.SequenceEqual(found);
    }

    [PropertyTest]
    public bool A_notice_is_of_a_usable_right_that_72_hours_later_is_none_or_waits_for_its_first_payment(Entitlement right, Leeway leeway) =>
        TimeRules.Between([right], Day(-1000), Day(10_000), leeway).Where(news => news.Kind == Expiring).All(notice =>
            right.At(notice.At, leeway) is { IsAvailable: true } && right.At(notice.At + TimeRules.Notice, leeway) is var after
            && (!after.IsAvailable || (right.Status == EntitlementStatus.Trialing && after.Reason == Reason.RenewalPending)));

    private static TestCaseData Life(string name, Entitlement right, string told) => new TestCaseData(right).Returns(told).SetArgDisplayNames(name);

    private static string InWords(IEnumerable<TimeNews> told) => string.Join(
        ", ", told.Select(news => string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{(news.At - Noon).TotalDays:0.##} {news.Kind.ToWord()} {news.Reason.ToWord()}")));
}
