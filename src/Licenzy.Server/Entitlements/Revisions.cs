using Licenzy.Domain.Entitlements;

namespace Licenzy.Server.Entitlements;

/// <summary>A change of a right, the version it made and why.</summary>
internal sealed record Revision(EntitlementChange Change, long Version, Cause Cause);

/// <summary>
/// The history's part of changes that are written together. Of changes of one right for one reason, one after the other, the last one is kept: what each of
/// a hundred consumptions did is in the ledger.
/// </summary>
internal sealed class Revisions
{
    private readonly List<Revision> _all = [];
    private readonly Dictionary<string, int> _last = new(StringComparer.Ordinal);

    /// <summary>In the order of their versions, right by right.</summary>
    public IReadOnlyList<Revision> All => _all;

    public void Add(Revision revision)
    {
        var id = revision.Change.After.Id;
        if (_last.TryGetValue(id, out var last) && _all[last].Change.Reason == revision.Change.Reason)
        {
            _all[last] = revision;
            return;
        }

        _last[id] = _all.Count;
        _all.Add(revision);
    }
}
