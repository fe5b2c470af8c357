using Licenzy.Portal;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Usage;

/// <summary>Computes balances again from the ledger, page by page, and reports what does not add up. It mends nothing.</summary>
internal static class LedgerEndpoints
{
    public static void Map(IEndpointRouteBuilder portal) =>
        portal.MapGet("/ledger/verify", VerifyAsync)
            .WithSummary("Compute every balance again from the ledger, a page of subjects at a time")
            .WithMode()
            .WithPaging()
            .Produces<LedgerVerificationResponse>();

    private static async Task<JsonAnswer<LedgerVerificationResponse>> VerifyAsync(PortalMode mode, LedgerPage page, PortalCaller caller, Db db, CancellationToken cancellationToken)
    {
        var scope = caller.In(mode.Value);
        var (subjects, rows) = await db.ReadAsync(session => LedgerSums.ReadAsync(session, scope, page.After, page.Limit + 1), cancellationToken).ConfigureAwait(false);
        string[] shown = [.. subjects.Take(page.Limit)];
        LedgerSums[] rights = [.. rows.Where(row => shown.Contains(row.SubjectRef, StringComparer.Ordinal))];
        return new JsonAnswer<LedgerVerificationResponse>(new LedgerVerificationResponse
        {
            Subjects = shown.Length,
            Entitlements = rights.Length,
            Data = [.. rights.SelectMany(right => right.Differences(scope))],
            NextCursor = subjects.Count > page.Limit ? LedgerPage.ToCursor(shown[^1]) : null,
        });
    }
}
