using System.Runtime.CompilerServices;

namespace Licenzy.Server.Entitlements;

/// <summary>
/// Snapshots by their subject's bytes, up to a bound: what was not asked for in a whole generation goes first. In parts, each with its own lock, so that
/// processors seldom wait for each other.
/// </summary>
internal sealed class SnapshotMap(int most)
{
    private readonly Part[] _parts = [.. Enumerable.Range(0, PartCount).Select(_ => new Part(Math.Max(1, most / PartCount / 2)))];

    private const int PartCount = 64;

    // The upper bits choose the part, the lower ones a place in it.
    private const int PartShift = 26;

    public int Count => _parts.Sum(part => part.Count);

    public bool TryGet(ReadOnlySpan<byte> key, out Snapshot snapshot) => PartOf(key, out var hash).TryGet(key, hash, out snapshot);

    /// <summary>Remembers it, unless a later version is there.</summary>
    public void Put(ReadOnlySpan<byte> key, Snapshot snapshot) => PartOf(key, out var hash).Put(key, hash, snapshot, isNewToo: true);

    /// <summary>Remembers it in the place of an earlier version, if one is there.</summary>
    public void Replace(ReadOnlySpan<byte> key, Snapshot snapshot) => PartOf(key, out var hash).Put(key, hash, snapshot, isNewToo: false);

    /// <summary>Forgets what is older than a version.</summary>
    public void Remove(ReadOnlySpan<byte> key, long olderThan) => PartOf(key, out var hash).Remove(key, hash, olderThan);

    public void Clear()
    {
        foreach (var part in _parts)
            part.Clear();
    }

    private Part PartOf(ReadOnlySpan<byte> key, out int hash)
    {
        hash = SnapshotTable.HashOf(key);
        return _parts[hash >>> PartShift];
    }

    /// <summary>A subject stands in one of two generations, and whoever asks for it puts it into the young one.</summary>
    private sealed class Part(int most)
    {
        private readonly Lock _gate = new();
        private SnapshotTable _young = new(most);
        private SnapshotTable _old = new(most);

        public int Count
        {
            get
            {
                lock (_gate)
                    return _young.Count + _old.Count;
            }
        }

        public bool TryGet(ReadOnlySpan<byte> key, int hash, out Snapshot snapshot)
        {
            lock (_gate)
            {
                ref var known = ref Known(key, hash);
                var isKnown = !Unsafe.IsNullRef(ref known);
                snapshot = isKnown ? known : default;
                return isKnown;
            }
        }

        public void Put(ReadOnlySpan<byte> key, int hash, Snapshot snapshot, bool isNewToo)
        {
            lock (_gate)
            {
                ref var known = ref Known(key, hash);
                if (Unsafe.IsNullRef(ref known))
                {
                    if (isNewToo)
                        Add(key, hash, snapshot);
                }
                else if (known.Version <= snapshot.Version)
                {
                    known = snapshot;
                }
            }
        }

        public void Remove(ReadOnlySpan<byte> key, int hash, long olderThan)
        {
            lock (_gate)
            {
                Remove(_young, key, hash, olderThan);
                Remove(_old, key, hash, olderThan);
            }
        }

        public void Clear()
        {
            lock (_gate)
            {
                _young.Clear();
                _old.Clear();
            }
        }

        private static void Remove(SnapshotTable table, ReadOnlySpan<byte> key, int hash, long olderThan)
        {
            ref var known = ref table.Find(key, hash);
            if (!Unsafe.IsNullRef(ref known) && known.Version < olderThan)
                table.Remove(key, hash);
        }

        private ref Snapshot Known(ReadOnlySpan<byte> key, int hash)
        {
            ref var young = ref _young.Find(key, hash);
            if (!Unsafe.IsNullRef(ref young))
                return ref young;
            ref var old = ref _old.Find(key, hash);
            if (Unsafe.IsNullRef(ref old))
                return ref old;
            var snapshot = old;
            _old.Remove(key, hash);
            Add(key, hash, snapshot);
            return ref _young.Find(key, hash);
        }

        private void Add(ReadOnlySpan<byte> key, int hash, in Snapshot snapshot)
        {
            if (_young.TryAdd(key, hash, snapshot))
                return;
            (_young, _old) = (_old, _young);
            _young.Clear();
            _young.TryAdd(key, hash, snapshot);
        }
    }
}
