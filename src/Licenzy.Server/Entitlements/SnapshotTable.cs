using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Licenzy.Server.Entitlements;

/// <summary>
/// One generation of snapshots by their subject's bytes: arrays of plain entries and of key bytes, which grow to a bound and are used again by the next
/// generation, so that a million subjects are a few objects to the garbage collector and none of them is garbage.
/// </summary>
/// <remarks>Not safe for several threads at once.</remarks>
internal sealed class SnapshotTable(int most)
{
    /// <summary>What a generation takes for each entry at most: the entry, its place in the index, and its share of the key bytes.</summary>
    public const int BytesEach = EntrySize + (2 * sizeof(int)) + KeyShare;

    private const int EntrySize = 32;

    // On the average; where keys are longer, fewer entries fill a generation.
    private const int KeyShare = 24;
    private const int LongestKey = 1024;
    private const int LengthSize = sizeof(ushort);
    private const int Fewest = 16;

    // Where a chain begins; the first entry is 1.
    private int[] _chains = new int[Fewest];
    private Entry[] _entries = new Entry[Fewest];
    private byte[] _keys = new byte[Fewest * KeyShare];
    private int _used;
    private int _keyBytes;

    private int MostKeyBytes => Math.Max(LongestKey, most * KeyShare);

    public int Count { get; private set; }

    /// <summary>Seeded anew in each process: nobody can choose subjects that all fall into one place.</summary>
    public static int HashOf(ReadOnlySpan<byte> key)
    {
        var hash = default(HashCode);
        hash.AddBytes(key);
        return hash.ToHashCode();
    }

    /// <summary>What stands under the key, to be read or changed where it is; a null reference if nothing does.</summary>
    public ref Snapshot Find(ReadOnlySpan<byte> key, int hash)
    {
        ref var entry = ref EntryOf(key, hash);
        return ref Unsafe.IsNullRef(ref entry) || entry.Key < 0 ? ref Unsafe.NullRef<Snapshot>() : ref entry.Snapshot;
    }

    /// <summary>Adds a key that is not there; <see langword="false"/> where the generation is full.</summary>
    public bool TryAdd(ReadOnlySpan<byte> key, int hash, in Snapshot snapshot)
    {
        ref var gone = ref EntryOf(key, hash);
        if (!Unsafe.IsNullRef(ref gone))
        {
            (gone.Key, gone.Snapshot) = (~gone.Key, snapshot);
            Count++;
            return true;
        }

        if (_used == most || _keyBytes + LengthSize + key.Length > MostKeyBytes)
            return false;
        if (_used == _entries.Length)
            Grow();
        if (_keyBytes + LengthSize + key.Length > _keys.Length)
            Array.Resize(ref _keys, Math.Min(MostKeyBytes, Math.Max(2 * _keys.Length, _keyBytes + LengthSize + key.Length)));
        _entries[_used] = new Entry { Key = _keyBytes, Snapshot = snapshot };
        BinaryPrimitives.WriteUInt16LittleEndian(_keys.AsSpan(_keyBytes), (ushort)key.Length);
        key.CopyTo(_keys.AsSpan(_keyBytes + LengthSize));
        _keyBytes += LengthSize + key.Length;
        Link(_used++, hash);
        Count++;
        return true;
    }

    // The key stays with its entry: a subject that changes often is forgotten and remembered in the same place.
    public void Remove(ReadOnlySpan<byte> key, int hash)
    {
        ref var entry = ref EntryOf(key, hash);
        if (Unsafe.IsNullRef(ref entry) || entry.Key < 0)
            return;
        (entry.Key, entry.Snapshot) = (~entry.Key, default);
        Count--;
    }

    public void Clear()
    {
        Array.Clear(_chains);
        // Some hold arrays of their own.
        Array.Clear(_entries, 0, _used);
        (_used, _keyBytes, Count) = (0, 0, 0);
    }

    private ref Entry EntryOf(ReadOnlySpan<byte> key, int hash)
    {
        for (var at = _chains[hash & (_chains.Length - 1)]; at != 0;)
        {
            ref var entry = ref _entries[at - 1];
            if (KeyOf(entry).SequenceEqual(key))
                return ref entry;
            at = entry.Next;
        }

        return ref Unsafe.NullRef<Entry>();
    }

    private ReadOnlySpan<byte> KeyOf(in Entry entry)
    {
        var at = entry.Key < 0 ? ~entry.Key : entry.Key;
        return _keys.AsSpan(at + LengthSize, BinaryPrimitives.ReadUInt16LittleEndian(_keys.AsSpan(at)));
    }

    private void Link(int index, int hash)
    {
        ref var chain = ref _chains[hash & (_chains.Length - 1)];
        _entries[index].Next = chain;
        chain = index + 1;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, Math.Min(most, 2 * _entries.Length));
        _chains = new int[BitOperations.RoundUpToPowerOf2((uint)_entries.Length)];
        for (var index = 0; index < _used; index++)
            Link(index, HashOf(KeyOf(_entries[index])));
    }

    // The key's place among the key bytes, and its complement where the entry is gone.
    private struct Entry
    {
        public int Next;
        public int Key;
        public Snapshot Snapshot;
    }
}
