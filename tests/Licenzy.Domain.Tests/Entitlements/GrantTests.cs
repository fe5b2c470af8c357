using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Entitlements;

public sealed class GrantTests
{
    [Test]
    public void A_granted_pass_lasts_its_products_days_from_now() => Assert.That(
        Give(Products.Pass30), Is.EqualTo(new Entitlement
        {
            Id = "ent_new",
            ProductCode = "PASS30",
            Kind = EntitlementKind.TimePass,
            Status = EntitlementStatus.Active,
            Source = EntitlementSource.Portal,
            StartsAt = Day(0),
            ExpiresAt = Day(30),
            CreatedAt = Day(0),
        }));

    [Test]
    public void A_granted_pass_follows_those_already_held()
    {
        var right = Give(Products.Pass30, held: [Rights.Pass(Day(-20), Day(10)), Rights.Pass(Day(10), Day(40))]);
        Assert.That((right.StartsAt, right.ExpiresAt), Is.EqualTo((Day(40), (DateTimeOffset?)Day(70))));
    }

    [Test]
    public void A_granted_pass_with_an_end_of_its_own_begins_now()
    {
        var right = Give(Products.Pass30, expiresAt: Day(5), held: [Rights.Pass(Day(-20), Day(10))]);
        Assert.That((right.StartsAt, right.ExpiresAt), Is.EqualTo((Day(0), (DateTimeOffset?)Day(5))));
    }

    [Test]
    public void A_granted_pack_has_its_products_units() => Assert.That(
        Give(Products.Pack1000), Has.Property("UnitsGranted").EqualTo(1000).And.Property("UnitsRemaining").EqualTo(1000).And.Property("ExpiresAt").Null);

    [Test]
    public void A_granted_pack_may_have_other_units() =>
        Assert.That(Give(Products.Pack1000, units: 5), Has.Property("UnitsGranted").EqualTo(5).And.Property("UnitsRemaining").EqualTo(5));

    [Test]
    public void A_granted_pack_ends_after_its_products_days() =>
        Assert.That(Give(Products.Pack1000 with { DurationDays = 7 }).ExpiresAt, Is.EqualTo(Day(7)));

    [Test]
    public void A_granted_subscription_has_no_end_unless_it_is_given_one() => Assert.Multiple(() =>
    {
        Assert.That(Give(Products.Pro).ExpiresAt, Is.Null);
        Assert.That(Give(Products.Pro, expiresAt: Day(5)).ExpiresAt, Is.EqualTo(Day(5)));
        Assert.That(Give(Products.Pro).Subscription, Is.Null);
    });

    [Test]
    public void A_grant_is_recorded_as_one() => Assert.That(
        GrantRules.Give(new Grant(Products.Pro, null, null), [], "ent_new", Noon),
        Has.Property("Before").Null.And.Property("Reason").EqualTo(ChangeReason.ManualGrant));

    [Test]
    public void A_pass_beyond_the_end_of_the_calendar_ends_there() => Assert.That(
        Give(Products.Pass30, held: [Rights.Pass(Day(0), DateTimeOffset.MaxValue.AddDays(-3))]).ExpiresAt, Is.EqualTo(Calendar.End));

    private static Entitlement Give(ProductTerms terms, long? units = null, DateTimeOffset? expiresAt = null, IReadOnlyList<Entitlement>? held = null) =>
        GrantRules.Give(new Grant(terms, units, expiresAt), held ?? [], "ent_new", Noon).After;
}
