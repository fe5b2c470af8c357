using System.Diagnostics.CodeAnalysis;

namespace Licenzy.Server.Entitlements;

/// <summary>
/// Snapshots by their subject's bytes, up to a bound: what was not asked for in a whole generation goes first. In parts, each with its own lock, so that
/// processors seldom wait for each other.
/// </summary>
internal sealed class SnapshotMap(int most)
{
    private readonly Part[] _parts = [.. Enumerable.Range(0, PartCount).Select(_ => new Part(Math.Max(1, most / PartCount / 2)))];

    private const int PartCount = 64;

    public int Count => _parts.Sum(part => part.Count);

    public bool TryGet(ReadOnlySpan<byte> key, out Snapshot snapshot) => PartOf(key).TryGet(key, out snapshot);

    /// <summary>Remembers it, unless a later version is there.</summary>
    public void Put(ReadOnlySpan<byte> key, Snapshot snapshot) => PartOf(key).Put(key, snapshot);

    /// <summary>Remembers it in the place of an earlier version, if one is there.</summary>
    public void Replace(ReadOnlySpan<byte> key, Snapshot snapshot) => PartOf(key).Replace(key, snapshot);

    /// <summary>Forgets what is older than a version.</summary>
    public void Remove(ReadOnlySpan<byte> key, long olderThan) => PartOf(key).Remove(key, olderThan);

    public void Clear()
    {
        foreach (var part in _parts)
            part.Clear();
    }

    private Part PartOf(ReadOnlySpan<byte> key) => _parts[(Bytes.Instance.GetHashCode(key) >>> 8) % PartCount];

    private sealed class Part(int most)
    {
        private readonly Lock _gate = new();
        private Dictionary<byte[], Snapshot> _young = new(Bytes.Instance);
        private Dictionary<byte[], Snapshot> _old = new(Bytes.Instance);

        public int Count
        {
            get
            {
                lock (_gate)
                    return _young.Count + _old.Count;
            }
        }

        public bool TryGet(ReadOnlySpan<byte> key, out Snapshot snapshot)
        {
            lock (_gate)
            {
                if (Young.TryGetValue(key, out snapshot))
                    return true;
                if (!Old.Remove(key, out var kept, out snapshot))
                    return false;
                Add(kept, snapshot);
                return true;
            }
        }

        public void Put(ReadOnlySpan<byte> key, Snapshot snapshot)
        {
            lock (_gate)
            {
                Old.Remove(key, out var kept, out var known);
                if (kept is null && Young.TryGetValue(key, out kept, out var younger))
                    known = younger;
                Add(kept ?? key.ToArray(), kept is not null && known.Version > snapshot.Version ? known : snapshot);
            }
        }

        public void Replace(ReadOnlySpan<byte> key, Snapshot snapshot)
        {
            lock (_gate)
            {
                if (Young.TryGetValue(key, out var kept, out var known) || Old.Remove(key, out kept, out known))
                    Add(kept, known.Version > snapshot.Version ? known : snapshot);
            }
        }

        public void Remove(ReadOnlySpan<byte> key, long olderThan)
        {
            lock (_gate)
            {
                if (Young.TryGetValue(key, out var young) && young.Version < olderThan)
                    Young.Remove(key);
                if (Old.TryGetValue(key, out var old) && old.Version < olderThan)
                    Old.Remove(key);
            }
        }

        public void Clear()
        {
            lock (_gate)
                (_young, _old) = (new(Bytes.Instance), new(Bytes.Instance));
        }

        private Dictionary<byte[], Snapshot>.AlternateLookup<ReadOnlySpan<byte>> Young => _young.GetAlternateLookup<ReadOnlySpan<byte>>();

        private Dictionary<byte[], Snapshot>.AlternateLookup<ReadOnlySpan<byte>> Old => _old.GetAlternateLookup<ReadOnlySpan<byte>>();

        private void Add(byte[] key, Snapshot snapshot)
        {
            _young[key] = snapshot;
            if (_young.Count >= most)
                (_old, _young) = (_young, new(Bytes.Instance));
        }
    }

    // Seeded anew in each process: nobody can choose subjects that all fall into one place.
    private sealed class Bytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static Bytes Instance { get; } = new();

        public bool Equals(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] bytes) => GetHashCode(bytes.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
