using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Usage;

public sealed class HoldTests
{
    private static readonly DateTimeOffset End = Noon.AddMinutes(5);

    [Test]
    public void A_hold_takes_the_units_out_of_the_balance_and_keeps_them()
    {
        var (right, hold) = Held(Rights.Pack(10), 4);
        Assert.That((right.UnitsRemaining, right.UnitsHeld, hold.Parts.Single().Units), Is.EqualTo(((long?)6, (long?)4, 4L)));
    }

    [TestCase(null, 6, 4)]
    [TestCase(4L, 6, 4)]
    [TestCase(1L, 9, 1)]
    public void A_commit_consumes_and_the_rest_comes_back(long? units, long left, long consumed)
    {
        var (right, hold) = Held(Rights.Pack(10), 4);
        var change = HoldRules.Commit(hold, [right], units, Noon).Changes.Single();
        Assert.That((change.After.UnitsRemaining, change.After.UnitsHeld, change.Consumed(), change.Reason), Is.EqualTo(((long?)left, (long?)null, consumed, ChangeReason.UsageConsumed)));
    }

    [Test]
    public void Of_a_commit_in_part_what_lasts_longest_comes_back()
    {
        Entitlement[] rights = [Rights.Pack(5, Noon.AddDays(1)), Rights.Pack(5) with { Id = "ent_2" }];
        var outcome = HoldRules.Hold(rights, 8, Noon, Leeway.Default);
        var hold = new UsageHold("hld_1", 8, HoldStatus.Open, End, HoldRules.Parts(outcome));
        var changes = HoldRules.Commit(hold, [.. outcome.Taken.Select(taken => taken.Change.After)], 4, Noon).Changes;
        Assert.That(changes.Select(change => (change.After.Id, change.After.UnitsRemaining, change.Reason)), Is.EqualTo(new[]
        {
            ("ent_1", (long?)1, ChangeReason.UsageConsumed), ("ent_2", 5, ChangeReason.UsageReleased),
        }));
    }

    [Test]
    public void A_hold_is_over_at_its_instant()
    {
        var (right, hold) = Held(Rights.Pack(10), 4);
        Assert.That(HoldRules.Commit(hold, [right], null, End.AddMilliseconds(-1)).Refusal, Is.Null);
        Assert.That(HoldRules.Commit(hold, [right], null, End).Refusal, Is.EqualTo(HoldRefusal.Expired));
        Assert.That(HoldRules.Release(hold, [right], End).Refusal, Is.EqualTo(HoldRefusal.Expired));
    }

    [TestCase(HoldStatus.Committed, HoldRefusal.Closed)]
    [TestCase(HoldStatus.Released, HoldRefusal.Closed)]
    [TestCase(HoldStatus.Expired, HoldRefusal.Expired)]
    public void A_closed_hold_is_closed_once(HoldStatus status, HoldRefusal refusal)
    {
        var (right, hold) = Held(Rights.Pack(10), 4);
        Assert.That(HoldRules.Commit(hold with { Status = status }, [right], 1, Noon) is { Changes: [] } commit ? commit.Refusal : null, Is.EqualTo(refusal));
        Assert.That(HoldRules.Release(hold with { Status = status }, [right], Noon).Refusal, Is.EqualTo(refusal));
    }

    [Test]
    public void More_than_is_held_is_not_committed()
    {
        var (right, hold) = Held(Rights.Pack(10), 4);
        Assert.That(HoldRules.Commit(hold, [right], 5, Noon) is { Refusal: HoldRefusal.Exceeded, Changes: [] });
    }

    [Test]
    public void What_became_of_the_right_meanwhile_changes_nothing_for_the_holder()
    {
        var (right, hold) = Held(Rights.Pack(10, Noon.AddMinutes(1)), 4);
        var revoked = GrantRules.Revoke(right, Noon)!.After;
        Assert.That(HoldRules.Commit(hold, [revoked], 3, Noon.AddMinutes(2)).Changes.Single().After is { UnitsRemaining: 7, UnitsHeld: null, Status: EntitlementStatus.Revoked });
    }

    [Test]
    public void Included_units_of_a_period_that_is_over_come_back_to_nobody()
    {
        var subscription = Rights.Subscription(EntitlementStatus.Active, Noon.AddDays(1)) with { UnitsGranted = 100, UnitsRemaining = 100 };
        var (right, hold) = Held(subscription, 40);
        Assert.That((right.UnitsRemaining, right.Subscription!.UnitsUsed), Is.EqualTo(((long?)60, 40L)), "Stripe's next event gives them to nobody");

        var sameUnits = HoldRules.Release(hold, [right], Noon).Changes.Single().After;
        Assert.That((sameUnits.UnitsRemaining, sameUnits.Subscription!.UnitsUsed), Is.EqualTo(((long?)100, 0L)));

        var renewed = right.With(terms => terms with { PeriodStart = Noon.AddDays(1), PeriodEnd = Noon.AddDays(31), UnitsUsed = 0 }) with { UnitsRemaining = 100 };
        var release = HoldRules.Release(hold, [renewed], Noon).Changes.Single();
        Assert.That((release.After.UnitsRemaining, release.After.UnitsHeld, release.After.Subscription!.UnitsUsed), Is.EqualTo(((long?)100, (long?)null, 0L)));
        Assert.That(release.Moved, Is.EqualTo(new[] { new UnitMovement(LedgerKind.Release, 40, 0, -40, right.Subscription.PeriodStart) }));
    }

    [Test]
    public void A_smaller_product_is_made_up_for_before_anything_comes_back()
    {
        var (right, hold) = Held(Rights.Subscription(EntitlementStatus.Active, Noon.AddDays(1)) with { UnitsGranted = 100, UnitsRemaining = 100 }, 80);
        var smaller = right with { UnitsGranted = 50, UnitsRemaining = 0 };
        var after = HoldRules.Commit(hold, [smaller], 40, Noon).Changes.Single().After;
        Assert.That((after.UnitsRemaining, after.Subscription!.UnitsUsed), Is.EqualTo(((long?)10, 40L)));
    }

    [Test]
    public void A_balance_never_goes_beyond_every_number()
    {
        var (right, hold) = Held(Rights.Pack(10), 4);
        var change = HoldRules.Release(hold, [right with { UnitsRemaining = long.MaxValue - 1 }], Noon).Changes.Single();
        Assert.That((change.After.UnitsRemaining, change.Moved!.Single().Balance), Is.EqualTo(((long?)long.MaxValue, 1L)));
    }

    [Test]
    public void The_last_unit_is_gone_when_it_is_neither_left_nor_held()
    {
        var (right, hold) = Held(Rights.Pack(10), 4);
        var held = new EntitlementChange(Rights.Pack(10), right, ChangeReason.UsageHeld);
        Assert.That(AnnouncementRules.Of(held), Is.Empty);

        var rest = UsageRules.Consume([right], 6, Noon, Leeway.Default).Taken.Single().Change;
        Assert.That(AnnouncementRules.Of(rest), Is.Empty, "four may come back");
        Assert.That(AnnouncementRules.Of(HoldRules.Commit(hold, [rest.After], null, Noon).Changes.Single()), Is.EqualTo(new[] { Announced.UsageDepleted }));
        Assert.That(AnnouncementRules.Of(HoldRules.Release(hold, [rest.After], Noon).Changes.Single()), Is.Empty);
    }

    private static (Entitlement Right, UsageHold Hold) Held(Entitlement right, long units)
    {
        var outcome = HoldRules.Hold([right], units, Noon, Leeway.Default);
        return (outcome.Taken.Single().Change.After, new UsageHold("hld_1", units, HoldStatus.Open, End, HoldRules.Parts(outcome)));
    }
}
