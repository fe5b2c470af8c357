using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Entitlements;

namespace Licenzy.Server.Tests.Entitlements;

/// <summary>What is remembered of a subject, and how much of it.</summary>
public sealed class SnapshotTests
{
    private static readonly DateTimeOffset Noon = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void It_decides_as_the_rules_do_and_flips_when_they_say([Range(0, 6)] int passes, [Values(0, 3_600_000)] long ahead)
    {
        // Every second one begins where the one before ends, the others leave a gap of a day.
        var rights = new SubjectRights(42, [.. Enumerable.Range(0, passes).Select(i => Pass(Noon.AddDays((2 * i) + (i % 2 == 0 ? 1 : 0)), Noon.AddDays((2 * i) + 2), i))]) { ClockOffset = ahead };
        var snapshot = Snapshot.Of(rights, Noon, Leeway.Default)!.Value;
        for (var at = Noon; at < Noon.AddDays(16); at = at.AddHours(6))
        {
            var decision = AccessRules.Decide(rights.Rights, at.AddMilliseconds(ahead), Leeway.Default);
            var expected = new Decided(42, decision.Allowed, decision.Reason, decision.FlipsAt?.AddMilliseconds(-ahead).ToUnixTimeMilliseconds());
            Assert.That(snapshot.At(at.ToUnixTimeMilliseconds()), Is.EqualTo(expected), $"{at:O}");
        }
    }

    [Test]
    public void A_later_version_is_not_replaced_by_an_earlier_one()
    {
        var map = new SnapshotMap(1000);
        map.Put("one"u8, Of(2));
        map.Put("one"u8, Of(1));
        Assert.That((map.TryGet("one"u8, out var known), known.Version), Is.EqualTo((true, 2L)));
        map.Remove("one"u8, olderThan: 2);
        Assert.That(map.TryGet("one"u8, out _), Is.True);
        map.Remove("one"u8, olderThan: 3);
        Assert.That(map.TryGet("one"u8, out _), Is.False);
    }

    [Test]
    public void The_bound_holds_and_what_is_asked_for_stays()
    {
        const int most = 10_000;
        var map = new SnapshotMap(most);
        for (var i = 0; i < 20 * most; i++)
        {
            map.Put(BitConverter.GetBytes(i), Of(i));
            map.Put("asked for"u8, Of(1));
            Assert.That(map.TryGet("asked for"u8, out _), Is.True);
        }

        Assert.That(map.Count, Is.InRange(most / 4, most));
        Assert.That(map.TryGet(BitConverter.GetBytes(0), out _), Is.False);
        map.Clear();
        Assert.That(map.Count, Is.Zero);
    }

    private static Snapshot Of(long version) => Snapshot.Of(new SubjectRights(version, []), Noon, Leeway.Default)!.Value;

    private static Entitlement Pass(DateTimeOffset start, DateTimeOffset end, int number) => new()
    {
        Id = $"ent_{number}", ProductCode = "PASS", Kind = EntitlementKind.TimePass, Status = EntitlementStatus.Active, Source = EntitlementSource.Portal, Quantity = 1,
        StartsAt = start, ExpiresAt = end, CreatedAt = Noon,
    };
}
