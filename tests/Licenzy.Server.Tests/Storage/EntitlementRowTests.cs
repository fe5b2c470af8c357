using Licenzy.Domain.Entitlements;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Products;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Server.Tests.Storage;

[TestFixtureSource(typeof(EveryEngine))]
public sealed class EntitlementRowTests(Engine engine) : StoreFixture(engine)
{
    private static readonly Entitlement Full = new()
    {
        Id = "ent_full",
        ProductCode = "PRO ü",
        Kind = EntitlementKind.Subscription,
        Status = EntitlementStatus.PastDue,
        StatusCause = StatusCause.Dunning,
        Source = EntitlementSource.Stripe,
        Quantity = 3,
        UnitsGranted = 9_000_000_000,
        UnitsRemaining = 8_999_999_999,
        UnitsHeld = 5,
        StartsAt = Now,
        ExpiresAt = Now.AddDays(1),
        EndedAt = Now.AddDays(2),
        Subscription = new SubscriptionTerms
        {
            SubscriptionId = "sub_1",
            ItemId = "si_1",
            PeriodStart = Now.AddDays(3),
            PeriodEnd = Now.AddDays(4),
            CancelAt = Now.AddDays(5),
            CancelAtPeriodEnd = true,
            History = StateHistory.Of([new StateSeen(Now.AddDays(5), IsPastDue: false, null), new StateSeen(Now.AddDays(6), IsPastDue: true, Now.AddDays(7))]),
            IsCreation = true,
            GraceEndsAt = Now.AddDays(8),
            AsOf = Now.AddMilliseconds(1),
        },
        Block = new PaymentBlock(PaymentBlockCause.DisputeLost, Now.AddDays(9)),
        AttemptId = "att_1",
        StripeCheckoutSessionId = "cs_1",
        StripePaymentIntentId = "pi_1",
        CreatedAt = Now.AddSeconds(-1),
    };

    private static readonly Entitlement Sparse = new()
    {
        Id = "ent_sparse",
        ProductCode = "PASS",
        Kind = EntitlementKind.TimePass,
        Status = EntitlementStatus.Active,
        Source = EntitlementSource.Portal,
        StartsAt = Now,
        CreatedAt = Now,
    };

    private static IEnumerable<TestCaseData> Rights() =>
        [new TestCaseData(Full).SetArgDisplayNames("full"), new TestCaseData(Sparse).SetArgDisplayNames("sparse")];

    [TestCaseSource(nameof(Rights))]
    public async Task Every_column_comes_back_as_it_went_in(object right)
    {
        var subject = NewSubject();

        await GiveAsync(subject, (Entitlement)right);

        Assert.That((await RightsAsync(subject)).Rights, Is.EqualTo(new[] { right }));
        var locked = await Db.WriteAsync(session => EntitlementStore.LockAsync(session, Scope, subject, at: null), CancellationToken.None);
        Assert.That(locked.Rights, Is.EqualTo(new[] { right }), "under the lock");
    }

    [Test]
    public void The_full_row_of_this_test_leaves_no_column_empty()
    {
        var row = Full.ToRow(Scope, "s", Now);

        Assert.That(typeof(EntitlementRow).GetProperties().Where(column => column.GetValue(row) is null).Select(column => column.Name), Is.Empty);
    }

    [Test]
    public async Task A_right_that_changes_keeps_its_row()
    {
        var subject = NewSubject();
        await GiveAsync(subject, Pack("ent_kept", 10));
        await Db.WriteAsync(
            async session =>
            {
                var held = await EntitlementStore.LockAsync(session, Scope, subject, at: null);
                var change = new EntitlementChange(held.Rights[0], held.Rights[0] with { UnitsRemaining = 4 }, ChangeReason.UsageConsumed);
                await Writer.WriteAsync(session, Scope, subject, held, [change], By("use_1"));
            },
            CancellationToken.None);

        var rights = await RightsAsync(subject);
        Assert.That(rights.Rights.Single().UnitsRemaining, Is.EqualTo(4));
        Assert.That(rights.Version, Is.EqualTo(2));
    }

    [Test]
    public async Task An_unknown_subject_has_version_zero_and_no_rights_and_stays_unknown()
    {
        var subject = NewSubject();

        var read = await RightsAsync(subject);
        var locked = await Db.WriteAsync(session => EntitlementStore.LockAsync(session, Scope, subject, at: null), CancellationToken.None);

        Assert.That((read.Version, read.Rights.Count, locked.Version, locked.Rights.Count), Is.EqualTo((0L, 0, 0L, 0)));
        Assert.That(await CountAsync("subjects", subject), Is.Zero);
    }

    [Test]
    public async Task A_subject_of_the_other_mode_is_another_one()
    {
        var subject = NewSubject();
        await GiveAsync(subject, Pack("ent_test_only", 10));

        var live = await Entitlements.OfAsync(Scope with { Mode = Domain.Mode.Live }, subject, CancellationToken.None);

        Assert.That(live.Version, Is.Zero);
    }
}
