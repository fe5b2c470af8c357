using System.CommandLine;
using System.Globalization;
using Licenzy.Json;
using Licenzy.Portal;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy verify</c>: does every balance add up? The server computes them again from the ledger, page after page.</summary>
internal static class VerifyCommand
{
    // 1 is a failure already: whoever could not ask knows nothing of the books.
    private const int DifferenceFound = 3;

    private static readonly string[] BothModes = ["test", "live"];

    public static Command Create()
    {
        var mode = new Option<string?>("--mode") { Description = "test or live; both where absent." };
        mode.AcceptOnlyFromAmong(BothModes);
        return PortalVerb.Deciding("verify", "Compute every balance again from the ledger. Exit code 0: all add up; 3: some do not; 1: could not be asked.", [mode], async call =>
        {
            var sum = new LedgerVerificationResponse { Subjects = 0, Entitlements = 0, Data = [], NextCursor = null };
            foreach (var one in call.Parsed.GetValue(mode) is { } chosen ? [chosen] : BothModes)
            {
                sum = await AddAsync(call, one, sum).ConfigureAwait(false);
            }

            call.Tell(sum, LicenzyJson.Default.LedgerVerificationResponse, Show);
            return sum.Data.Count > 0 ? DifferenceFound : 0;
        });
    }

    private static async Task<LedgerVerificationResponse> AddAsync(PortalCall call, string mode, LedgerVerificationResponse sum)
    {
        string? cursor = null;
        do
        {
            var page = await call.Portal.VerifyLedgerAsync(mode, limit: 100, cursor, call.CancellationToken).ConfigureAwait(false);
            sum = sum with { Subjects = sum.Subjects + page.Subjects, Entitlements = sum.Entitlements + page.Entitlements, Data = [.. sum.Data, .. page.Data] };
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return sum;
    }

    private static void Show(LedgerVerificationResponse done)
    {
        if (done.Data.Count > 0)
        {
            PortalCall.Table(
                ["subject", "mode", "right", "what", "recorded", "adds up to"],
                done.Data.Select(one => new[] { one.SubjectRef, one.Mode, one.EntitlementId, one.Kind, Count(one.Recorded), Count(one.Computed) }));
        }

        Console.WriteLine($"{Count(done.Subjects)} subjects, {Count(done.Entitlements)} rights: {(done.Data.Count == 0 ? "every balance adds up." : $"{Count(done.Data.Count)} differences.")}");
    }

    private static string Count(long number) => number.ToString(CultureInfo.InvariantCulture);
}
