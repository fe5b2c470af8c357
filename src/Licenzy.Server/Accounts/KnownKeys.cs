using System.Collections.Concurrent;
using System.Security.Cryptography;
using Licenzy.Server.Changes;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Accounts;

/// <summary>Keys of a workspace, or the workspace itself, are others after a transaction.</summary>
internal sealed record KeysOutdated
{
    /// <summary>Says so in the transaction that makes them others: to this server, and to those that read the feed.</summary>
    public static void Tell(Session session, string workspaceId, long at)
    {
        session.Outdates(new KeysOutdated());
        ChangeFeed.AppendKeys(session, workspaceId, Instant.Of(at));
    }
}

/// <summary>A runtime key that was good when the database was asked.</summary>
internal sealed record KnownRuntimeKey(Caller Caller, byte[] Hash, long? ExpiresAt);

/// <summary>
/// Good runtime keys, by the hash of what callers send: the database is asked once for each. Whatever happens to any key or workspace, here or, by the feed,
/// on another server, forgets all of them; that is rare.
/// </summary>
internal sealed class KnownKeys : IDisposable
{
    private const int Most = 10_000;

    // Nobody would hear of what happens to a key meanwhile.
    private const long Unknown = -1;

    private readonly ConcurrentDictionary<UInt128, KnownRuntimeKey> _keys = new();
    private readonly FeedReader _feed;
    private readonly Db _db;
    private long _generation;

    public KnownKeys(FeedReader feed, Db db)
    {
        (_feed, _db) = (feed, db);
        db.Outdated += Outdate;
        feed.Read += Hear;
        feed.Lost += Forget;
    }

    public void Dispose()
    {
        _db.Outdated -= Outdate;
        _feed.Read -= Hear;
        _feed.Lost -= Forget;
    }

    /// <summary>Counts the times that everything was forgotten: what was read in an earlier generation is not remembered.</summary>
    public long Generation => _feed.IsFresh ? Volatile.Read(ref _generation) : Unknown;

    public KnownRuntimeKey? Find(ReadOnlySpan<byte> hash) =>
        _feed.IsFresh && _keys.TryGetValue(Place(hash), out var known) && CryptographicOperations.FixedTimeEquals(known.Hash, hash) ? known : null;

    public void Remember(KnownRuntimeKey key, long generation)
    {
        if (generation == Unknown)
            return;
        if (_keys.Count >= Most)
            _keys.Clear();
        var place = Place(key.Hash);
        _keys[place] = key;
        // Looked at last: whoever forgets everything raises it first.
        if (Generation != generation)
            _keys.TryRemove(place, out _);
    }

    private void Outdate(object what, bool isCommitted)
    {
        if (what is KeysOutdated)
            Forget();
    }

    private void Hear(ChangeRow row)
    {
        if (row.About == ChangeFeed.Keys)
            Forget();
    }

    private void Forget()
    {
        Interlocked.Increment(ref _generation);
        _keys.Clear();
    }

    private static UInt128 Place(ReadOnlySpan<byte> hash) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
}
