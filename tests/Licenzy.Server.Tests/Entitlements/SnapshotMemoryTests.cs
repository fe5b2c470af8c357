using System.Buffers.Binary;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Entitlements;

namespace Licenzy.Server.Tests.Entitlements;

/// <summary>However many subjects are asked about, and however long their names, memory stays within what the setting says (SECURITY T38).</summary>
[NonParallelizable]
public sealed class SnapshotMemoryTests
{
    private const int Most = 1_000_000;
    private const long Slack = 2 * 1024 * 1024;

    private static readonly Snapshot Known = Snapshot.Of(new SubjectRights(1, []), new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero), Leeway.Default)!.Value;

    [Test]
    public void Five_million_subjects_take_no_more_than_the_bound_and_leave_no_garbage()
    {
        const int subjects = 5_000_000;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var map = new SnapshotMap(Most);
        Put(map, 14, 0, subjects / 2);
        var warm = GC.GetAllocatedBytesForCurrentThread();
        Put(map, 14, subjects / 2, subjects);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - warm, Is.LessThan(Slack), "a generation takes the arrays of the one before");
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(((long)Most * SnapshotTable.BytesEach) + Slack));
        Assert.That(map.Count, Is.InRange(Most / 4, Most));
        Assert.That(SnapshotTable.BytesEach, Is.LessThanOrEqualTo(64));
    }

    [Test]
    public void Long_names_take_no_more_than_short_ones()
    {
        const int longest = 769;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var map = new SnapshotMap(Most);
        Put(map, longest, 0, 200_000);

        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(((long)Most * SnapshotTable.BytesEach) + Slack));
        Assert.That((long)map.Count * longest, Is.LessThan((long)Most * SnapshotTable.BytesEach));
        Assert.That(map.Count, Is.GreaterThan(5_000));
    }

    private static void Put(SnapshotMap map, int length, int from, int to)
    {
        var key = new byte[length];
        for (var i = from; i < to; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(key, i);
            map.Put(key, Known);
        }
    }
}
