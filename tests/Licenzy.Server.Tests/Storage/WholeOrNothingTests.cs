using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Server.Tests.Storage;

[TestFixtureSource(typeof(EveryEngine))]
public sealed class WholeOrNothingTests(Engine engine) : StoreFixture(engine)
{
    [Test]
    public async Task Work_that_throws_leaves_nothing_behind_and_its_own_exception_comes_out()
    {
        var subject = NewSubject();

        Assert.That(
            async () => await Db.WriteAsync(
                async session =>
                {
                    await EntitlementStore.LockAsync(session, Scope, subject, Now);
                    throw new InvalidDataException("changed my mind");
                },
                CancellationToken.None),
            Throws.TypeOf<InvalidDataException>());

        Assert.That(await CountAsync("subjects", subject), Is.Zero);
    }

    [Test]
    public async Task A_caller_that_gave_up_before_the_work_began_leaves_nothing_behind()
    {
        var subject = NewSubject();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        Assert.That(
            async () => await Db.WriteAsync(session => EntitlementStore.LockAsync(session, Scope, subject, Now), cancelled.Token),
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That(await CountAsync("subjects", subject), Is.Zero);
    }

    [Test]
    public async Task Work_that_broke_a_rule_of_the_schema_leaves_nothing_behind()
    {
        var subject = NewSubject();

        Assert.That(async () => await GiveAsync(subject, Pack("ent_broken", 1) with { Quantity = 0 }), Throws.InstanceOf<System.Data.Common.DbException>());

        Assert.That(await CountAsync("subjects", subject), Is.Zero);
        Assert.That(async () => await GiveAsync(subject, Pack("ent_mended", 1)), Throws.Nothing, "the next work is not harmed");
    }
}
