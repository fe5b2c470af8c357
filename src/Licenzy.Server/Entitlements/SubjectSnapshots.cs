using System.Collections.Concurrent;
using System.Text;
using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Changes;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Entitlements;

/// <summary>A subject is another after a transaction, or all of a mode are.</summary>
/// <param name="Scope">Where.</param>
/// <param name="SubjectRef">Who; <see langword="null"/> for all.</param>
/// <param name="Rights">Its rights then, where they are known.</param>
internal sealed record SubjectOutdated(Scope Scope, string? SubjectRef, SubjectRights? Rights);

/// <summary>
/// What is decided about subjects, from memory. It is filled by what is asked, one load for all who ask at once; replaced by what is written here before the
/// writer hears of it; and dropped by what the feed tells of other servers. Where the feed cannot be read for five seconds, nothing here counts.
/// </summary>
internal sealed partial class SubjectSnapshots : IDisposable
{
    private const int MostScopes = 20_000;
    private const int MostLoads = 4096;
    private const int LongestKey = 4 + (255 * 3);

    // A clock that is set back by more than this makes ended rights begin again.
    private const long Jitter = 1000;

    private readonly ConcurrentDictionary<Scope, int> _scopes = new();
    private readonly ConcurrentDictionary<(int Scope, string SubjectRef), Load> _loads = new();
    private readonly SnapshotMap _known;
    private readonly bool _isOn;
    private readonly EntitlementStore _store;
    private readonly FeedReader _feed;
    private readonly Db _db;
    private readonly Leeway _leeway;
    private readonly TimeProvider _clock;
    private int _lastScope;
    private long _latest;

    public SubjectSnapshots(EntitlementStore store, FeedReader feed, Db db, Leeway leeway, TimeProvider clock, IOptions<LicenzyServerOptions> options)
    {
        (_store, _feed, _db, _leeway, _clock) = (store, feed, db, leeway, clock);
        _isOn = options.Value.Snapshots > 0;
        _known = new SnapshotMap(options.Value.Snapshots);
        db.Outdated += Outdate;
        feed.Read += Hear;
        feed.Lost += Forget;
    }

    /// <summary>How many subjects are remembered.</summary>
    public int Count => _known.Count;

    public void Dispose()
    {
        _db.Outdated -= Outdate;
        _feed.Read -= Hear;
        _feed.Lost -= Forget;
    }

    /// <summary>The decision of now, if it is remembered and may be told.</summary>
    /// <param name="scope">Workspace and mode.</param>
    /// <param name="subjectRef">The subject, in UTF-8.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="decided">The decision.</param>
    public bool TryDecide(Scope scope, ReadOnlySpan<byte> subjectRef, long now, out Decided decided)
    {
        decided = default;
        if (!_isOn || !_feed.IsFresh || !IsOnward(now))
            return false;
        Span<byte> key = stackalloc byte[LongestKey];
        if (!_known.TryGet(Key(key, ScopeNumber(scope), subjectRef), out var snapshot))
            return false;
        decided = snapshot.At(now);
        return true;
    }

    /// <summary>The same of a subject as text.</summary>
    public bool TryDecide(Scope scope, string subjectRef, out Decided decided)
    {
        Span<byte> bytes = stackalloc byte[LongestKey];
        return TryDecide(scope, bytes[..Encoding.UTF8.GetBytes(subjectRef, bytes)], Instant.Millis(_clock.GetUtcNow()), out decided);
    }

    /// <summary>The subject's rights from the database, which are remembered from now on. It may be a load that had begun already.</summary>
    public Task<SubjectRights> LoadAsync(Scope scope, string subjectRef, CancellationToken cancellationToken)
    {
        if (!_isOn || !_feed.IsFresh)
            return _store.OfAsync(scope, subjectRef, cancellationToken);
        // A load goes on when its caller has hung up, so it is not the callers that bound them.
        if (_loads.Count >= MostLoads)
            throw new StorageUnavailableException("Too many subjects are being read.");
        return LoadOf(scope, (ScopeNumber(scope), subjectRef)).Rights.WaitAsync(cancellationToken);
    }

    /// <summary>The same for a caller who has seen a later version than is known here.</summary>
    public async Task<SubjectRights> ReloadAsync(Scope scope, string subjectRef, CancellationToken cancellationToken)
    {
        var rights = await _store.OfAsync(scope, subjectRef, cancellationToken).ConfigureAwait(false);
        Outdate(scope, subjectRef, rights.Version, rights: null);
        return rights;
    }

    private void Outdate(object what, bool isCommitted)
    {
        if (what is SubjectOutdated { SubjectRef: { } subjectRef } one)
            Outdate(one.Scope, subjectRef, isCommitted && one.Rights is { } after ? after.Version : long.MaxValue, isCommitted ? one.Rights : null);
        else if (what is SubjectOutdated all)
            Forget(all.Scope);
    }

    private void Hear(ChangeRow row)
    {
        if (row.About is not null)
            return;
        var scope = new Scope(row.WorkspaceId, Words.Parse<Mode>(row.Mode));
        if (row.SubjectRef is { } subjectRef)
            Outdate(scope, subjectRef, row.Version ?? long.MaxValue, rights: null);
        else
            Forget(scope);
    }

    // In this order: a load that begins after the first lines reads what is committed, and one that ends after them is not remembered if it is older.
    private void Outdate(Scope scope, string subjectRef, long least, SubjectRights? rights)
    {
        if (!_scopes.TryGetValue(scope, out var number))
            return;
        if (_loads.TryGetValue((number, subjectRef), out var load))
            load.Outdate(least);
        Span<byte> bytes = stackalloc byte[LongestKey];
        var key = Key(bytes, number, subjectRef);
        // In test mode the rules' clock may be ahead, and how far is not known here.
        if (rights is not null && scope.Mode == Mode.Live && _known.TryGet(key, out _) && Snapshot.Of(rights, _clock.GetUtcNow(), _leeway) is { } snapshot)
            _known.Replace(key, snapshot);
        else
            _known.Remove(key, least);
    }

    private void Forget()
    {
        foreach (var scope in _scopes.Keys)
            Forget(scope);
    }

    // Nobody asks under the old number any more; what stands there goes with its generation.
    private void Forget(Scope scope)
    {
        if (_scopes.ContainsKey(scope))
            _scopes[scope] = Interlocked.Increment(ref _lastScope);
    }

    private int ScopeNumber(Scope scope)
    {
        if (_scopes.TryGetValue(scope, out var number))
            return number;
        if (_scopes.Count >= MostScopes)
            _scopes.Clear();
        return _scopes.GetOrAdd(scope, _ => Interlocked.Increment(ref _lastScope));
    }

    private bool IsOnward(long now)
    {
        var latest = Volatile.Read(ref _latest);
        if (now > latest)
            Volatile.Write(ref _latest, now);
        else if (now < latest - Jitter)
        {
            // Asked again: this caller may just have been kept waiting since it asked the time.
            var again = Instant.Millis(_clock.GetUtcNow());
            if (again < latest - Jitter)
            {
                _known.Clear();
                Volatile.Write(ref _latest, again);
            }

            return false;
        }

        return true;
    }

    private static ReadOnlySpan<byte> Key(Span<byte> key, int scope, ReadOnlySpan<byte> subjectRef)
    {
        BitConverter.TryWriteBytes(key, scope);
        subjectRef.CopyTo(key[4..]);
        return key[..(4 + subjectRef.Length)];
    }

    private static ReadOnlySpan<byte> Key(Span<byte> key, int scope, string subjectRef)
    {
        BitConverter.TryWriteBytes(key, scope);
        return key[..(4 + Encoding.UTF8.GetBytes(subjectRef, key[4..]))];
    }
}
