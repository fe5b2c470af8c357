using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Access;

public sealed class BestFirstTests
{
    private static readonly EntitlementStatus[] Order =
    [
        EntitlementStatus.Active, EntitlementStatus.Trialing, EntitlementStatus.PastDue, EntitlementStatus.Canceled,
        EntitlementStatus.Paused, EntitlementStatus.Suspended, EntitlementStatus.Expired, EntitlementStatus.Revoked,
    ];

    [Test]
    public void A_usable_right_comes_before_a_better_sounding_one()
    {
        var pastDue = Rights.Subscription(EntitlementStatus.PastDue, Day(9), StatusCause.Dunning).With(terms => terms with { GraceEndsAt = Day(1) });
        var summary = AccessRules.Summarise([Rights.Pack(0), pastDue], Noon, Leeway.Default);
        Assert.Multiple(() =>
        {
            Assert.That(summary.Rights[0].Right, Is.SameAs(pastDue));
            Assert.That(summary.Status, Is.EqualTo(EntitlementStatus.PastDue));
            Assert.That(summary.Decision.Reason, Is.EqualTo(Reason.PastDueInGrace));
        });
    }

    [Test]
    public void Among_equals_the_older_comes_first_and_then_the_smaller_id()
    {
        var first = Rights.Pack(1) with { Id = "ent_b", CreatedAt = Day(-2) };
        var second = Rights.Pack(1) with { Id = "ent_A", CreatedAt = Day(-1) };
        var third = Rights.Pack(1) with { Id = "ent_a", CreatedAt = Day(-1) };
        Assert.That(
            AccessRules.Summarise([third, second, first], Noon, Leeway.Default).Rights.Select(view => view.Right.Id),
            Is.EqualTo(new[] { "ent_b", "ent_A", "ent_a" }));
    }

    [PropertyTest]
    public bool Available_comes_before_not_and_then_the_statuses_order_holds(Entitlement[] rights, DateTimeOffset now, Leeway leeway)
    {
        var views = AccessRules.Summarise(rights, now, leeway).Rights;
        return views.Zip(views.Skip(1)).All(pair => Rank(pair.First) <= Rank(pair.Second)) && views.Count == rights.Length;
    }

    private static int Rank(RightView view) => (view.Availability.IsAvailable ? 0 : 100) + Array.IndexOf(Order, view.Status);
}
