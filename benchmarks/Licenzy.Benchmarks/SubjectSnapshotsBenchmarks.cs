using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Entitlements;

namespace Licenzy.Benchmarks;

/// <summary>
/// What is remembered of subjects: asked for one after the other in an order that no cache of the processor foresees, so that a million of them show what
/// memory costs.
/// </summary>
public class SubjectSnapshotsBenchmarks
{
    private const int KeyLength = 18;

    private byte[] _keys = [];
    private int[] _order = [];
    private SnapshotMap _known = new(0);
    private Snapshot _snapshot;
    private int _next;

    [Params(1_000, 1_000_000)]
    public int Subjects { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var right = new Entitlement
        {
            Id = "ent_1", ProductCode = "PASS", Kind = EntitlementKind.TimePass, Status = EntitlementStatus.Active, Source = EntitlementSource.Portal,
            StartsAt = DateTimeOffset.UnixEpoch, ExpiresAt = DateTimeOffset.UnixEpoch.AddYears(100), CreatedAt = DateTimeOffset.UnixEpoch,
        };
        _snapshot = Snapshot.Of(new SubjectRights(1, [right]), DateTimeOffset.UnixEpoch.AddYears(50), Leeway.Default)!.Value;
        _keys = new byte[Subjects * KeyLength];
        _known = new SnapshotMap(4 * Subjects);
        _order = [.. Enumerable.Range(0, Subjects)];
        new Random(1).Shuffle(_order);
        for (var subject = 0; subject < Subjects; subject++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_keys.AsSpan(subject * KeyLength), subject);
            _known.Put(_keys.AsSpan(subject * KeyLength, KeyLength), _snapshot);
        }
    }

    [Benchmark]
    public bool Hit() => _known.TryGet(Key(), out var snapshot) && snapshot.At(0).Allowed;

    [Benchmark]
    public void Put() => _known.Put(Key(), _snapshot);

    [Benchmark]
    public void Replace() => _known.Replace(Key(), _snapshot);

    private ReadOnlySpan<byte> Key()
    {
        _next = _next + 1 == Subjects ? 0 : _next + 1;
        return _keys.AsSpan(_order[_next] * KeyLength, KeyLength);
    }
}
