using Licenzy.Domain;

namespace Licenzy.Server.Entitlements;

/// <content>What is read of subjects that are not remembered: one load for all who ask at once.</content>
internal sealed partial class SubjectSnapshots
{
    // Who asks after a commit must not be told of before it, so nobody joins a load that was under way then.
    private Load LoadOf(Scope scope, (int Scope, string SubjectRef) place)
    {
        while (true)
        {
            var load = _loads.GetOrAdd(place, static (place, mine) => new Load(mine.Owner, mine.Scope, place), (Owner: this, Scope: scope));
            if (load.Least == 0)
                return load;
            // In this order: what is not in the list is not told of later commits, and must not be remembered.
            load.Outdate(long.MaxValue);
            var fresh = new Load(this, scope, place);
            if (_loads.TryUpdate(place, fresh, load))
                return fresh;
        }
    }

    private void Remember(Load load, SubjectRights rights)
    {
        if (Snapshot.Of(rights, _clock.GetUtcNow(), _leeway) is not { } snapshot)
            return;
        Span<byte> key = stackalloc byte[LongestKey];
        lock (load)
        {
            if (rights.Version >= load.Least)
                _known.Put(Key(key, load.Place.Scope, load.Place.SubjectRef), snapshot);
        }
    }

    private sealed class Load
    {
        private readonly Lazy<Task<SubjectRights>> _rights;

        public Load(SubjectSnapshots owner, Scope scope, (int Scope, string SubjectRef) place)
        {
            Place = place;
            _rights = new(() => RunAsync(owner, scope));
        }

        public (int Scope, string SubjectRef) Place { get; }

        public Task<SubjectRights> Rights => _rights.Value;

        /// <summary>The version that was committed while it was under way: an older one is not remembered.</summary>
        public long Least { get; private set; }

        public void Outdate(long least)
        {
            lock (this)
                Least = Math.Max(Least, least);
        }

        private async Task<SubjectRights> RunAsync(SubjectSnapshots owner, Scope scope)
        {
            try
            {
                var rights = await owner._store.OfAsync(scope, Place.SubjectRef, CancellationToken.None).ConfigureAwait(false);
                owner.Remember(this, rights);
                return rights;
            }
            finally
            {
                // Only now: whoever outdates it found either the load or what it left.
                owner._loads.TryRemove(KeyValuePair.Create(Place, this));
            }
        }
    }
}
