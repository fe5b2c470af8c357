using Licenzy.Domain;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Entitlements;

/// <summary>A right with when it last changed.</summary>
internal sealed record ListedRight(RightView View, DateTimeOffset UpdatedAt);

/// <summary>Some of a subject's rights, newest first; one more than was asked for where there are more.</summary>
internal sealed record RightsPage(long Version, IReadOnlyList<ListedRight> Rights);

/// <summary>
/// Reads a subject's rights page by page, whatever number it holds. A status is decided at the instant of the question and by the rule alone, so a
/// page of one status is filled from batches: the database leaves out what cannot have it, the rule decides about the rest, and reading ends as
/// soon as the page is full. Without a status one batch is the page.
/// </summary>
internal sealed class EntitlementPages(EntitlementStore store, Leeway leeway)
{
    // Enough that a page is seldom two batches, and little to hold.
    private const int Batch = 200;

    public async Task<RightsPage> ReadAsync(
        Scope scope, string subjectRef, StatusFilter status, Paging paging, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (wanted, size) = (paging.Limit + 1, status.Value is null ? paging.Limit + 1 : Batch);
        var found = new List<ListedRight>(wanted);
        SubjectHead? head = null;
        for (var before = paging.Before; ;)
        {
            var (read, rows) = await store.BeforeAsync(scope, subjectRef, before, status.Value, size, cancellationToken).ConfigureAwait(false);
            // Of several batches, the first one's: what came later is at least as new.
            head ??= read;
            var now = clock.GetUtcNow().AddMilliseconds(head.ClockOffset);
            found.AddRange(rows
                .Select(row => new ListedRight(AccessRules.View(row.ToDomain(), now, leeway), Instant.Of(row.UpdatedAt)))
                .Where(right => status.Takes(right.View.Status))
                .Take(wanted - found.Count));
            if (found.Count == wanted || rows.Count < size)
            {
                return new RightsPage(head.Version, found);
            }

            before = rows[^1].Id;
        }
    }
}
