using System.CommandLine;
using System.Globalization;
using Licenzy.Json;
using Licenzy.Portal;
using Spectre.Console;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy stripe catch-up|reconcile|import</c>: what is at Stripe and not here, part after part until nothing is left.</summary>
internal static class StripeSyncVerbs
{
    // grep's and diff's 1 is a failure here already.
    private const int DriftFound = 3;

    public static Command CatchUp()
    {
        var mode = PortalVerb.Mode();
        return PortalVerb.Deciding("catch-up", "Take in what happened at Stripe and was not delivered.", [mode], async call =>
        {
            CatchUpStripeResponse? sum = null;
            await ProgressAsync(call, async tell =>
            {
                do
                {
                    var part = await call.Portal.CatchUpStripeAsync(call.Parsed.GetValue(mode)!, call.CancellationToken).ConfigureAwait(false);
                    sum = part with { Since = sum?.Since ?? part.Since, Listed = part.Listed + (sum?.Listed ?? 0), Missed = part.Missed + (sum?.Missed ?? 0) };
                    tell($"{Count(sum.Listed)} listed, {Count(sum.Missed)} were missing, known until {PortalCall.Time(sum.Through)}");
                }
                while (!sum.Complete);
            }).ConfigureAwait(false);
            call.Tell(sum!, LicenzyJson.Default.CatchUpStripeResponse, done => Console.WriteLine(
                $"{done.Mode} mode knows what happened at Stripe until {PortalCall.Time(done.Through)}: {Count(done.Listed)} listed, {Count(done.Missed)} were missing."));
            return 0;
        });
    }

    public static Command Reconcile()
    {
        var (mode, apply, dry) = (PortalVerb.Mode(), Apply("Mend what differs."), DryRun());
        return PortalVerb.Deciding("reconcile", "Compare a mode's rights with Stripe. Exit code 3 where a difference is left.", [mode, apply, dry], async call =>
        {
            var dryRun = IsDry(call, apply, dry);
            ReconcileStripeResponse? sum = null;
            await ProgressAsync(call, async tell =>
            {
                do
                {
                    var part = await call.Portal.ReconcileStripeAsync(
                        call.Parsed.GetValue(mode)!, new ReconcileStripeRequest { DryRun = dryRun, Cursor = sum?.NextCursor }, call.CancellationToken).ConfigureAwait(false);
                    sum = part with { Checked = part.Checked + (sum?.Checked ?? 0), Repaired = part.Repaired + (sum?.Repaired ?? 0), Data = [.. sum?.Data ?? [], .. part.Data] };
                    tell($"{sum.Phase}: {Count(sum.Checked)} compared, {Count(sum.Data.Count)} differ");
                }
                while (sum.NextCursor is not null);
            }).ConfigureAwait(false);
            call.Tell(sum!, LicenzyJson.Default.ReconcileStripeResponse, Show);
            return sum!.Data.Any(drift => !drift.Repaired) ? DriftFound : 0;
        });
    }

    public static Command Import()
    {
        var (mode, apply, dry) = (PortalVerb.Mode(), Apply("Give the rights."), DryRun());
        var key = new Option<string?>("--metadata-key") { Description = "The key under which Stripe's metadata holds your own id of the customer." };
        var email = new Option<bool>("--by-email") { Description = "The customer's e-mail address serves as the id where no metadata does." };
        return PortalVerb.Deciding("import", "Find subscriptions at Stripe that no right stands for.", [mode, key, email, apply, dry], async call =>
        {
            var dryRun = IsDry(call, apply, dry);
            ImportStripeResponse? sum = null;
            await ProgressAsync(call, async tell =>
            {
                do
                {
                    var request = new ImportStripeRequest
                    {
                        DryRun = dryRun, SubjectMetadataKey = call.Parsed.GetValue(key), ByEmail = call.Parsed.GetValue(email), Cursor = sum?.NextCursor,
                    };
                    var part = await call.Portal.ImportStripeAsync(call.Parsed.GetValue(mode)!, request, call.CancellationToken).ConfigureAwait(false);
                    sum = part with { Checked = part.Checked + (sum?.Checked ?? 0), Imported = part.Imported + (sum?.Imported ?? 0), Data = [.. sum?.Data ?? [], .. part.Data] };
                    tell($"{Count(sum.Checked)} subscriptions, {Count(sum.Data.Count)} without a right");
                }
                while (sum.NextCursor is not null);
            }).ConfigureAwait(false);
            call.Tell(sum!, LicenzyJson.Default.ImportStripeResponse, Show);
            return 0;
        });
    }

    private static Option<bool> Apply(string what) => new("--apply") { Description = what };

    private static Option<bool> DryRun() => new("--dry-run") { Description = "Only report; the default." };

    private static bool IsDry(PortalCall call, Option<bool> apply, Option<bool> dry) =>
        call.Parsed.GetValue(apply) && call.Parsed.GetValue(dry)
            ? throw new ArgumentException("Give --apply or --dry-run, not both.")
            : !call.Parsed.GetValue(apply);

    private static void Show(ReconcileStripeResponse done)
    {
        if (done.Data.Count > 0)
        {
            PortalCall.Table(
                ["difference", "object", "subject", "here", "at Stripe", done.DryRun ? "would become" : "became"],
                done.Data.Select(drift => new[] { drift.Kind, drift.ObjectId, drift.SubjectRef, drift.Here, drift.AtStripe, drift.Repair ?? "(yours to decide)" }));
        }

        Console.WriteLine($"{Count(done.Checked)} objects compared, {Count(done.Data.Count)} differ, {Count(done.Repaired)} mended.");
        if (done.DryRun && done.Data.Any(drift => drift.Repair is not null))
        {
            Console.WriteLine("Nothing was changed. Mend it: licenzy stripe reconcile --apply");
        }
    }

    private static void Show(ImportStripeResponse done)
    {
        if (done.Data.Count > 0)
        {
            PortalCall.Table(
                ["subscription", "customer", "subject", "found by", "right", "outcome"],
                done.Data.Select(one => new[] { one.SubscriptionId, one.CustomerId, one.SubjectRef, one.FoundBy, one.Right, one.Outcome }));
        }

        Console.WriteLine($"{Count(done.Checked)} subscriptions looked at, {Count(done.Data.Count)} without a right, {Count(done.Imported)} imported.");
        if (done.DryRun && done.Data.Any(one => one.Outcome == "importable"))
        {
            Console.WriteLine("Nothing was changed. Give the rights: licenzy stripe import … --apply");
        }
    }

    // For people at a terminal; a program that reads the output gets none.
    private static Task ProgressAsync(PortalCall call, Func<Action<string>, Task> run) => call.IsJson || Console.IsOutputRedirected
        ? run(_ => { })
        : AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new ElapsedTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask("Asking Stripe", autoStart: true);
                task.IsIndeterminate = true;
                await run(text => task.Description = Markup.Escape(text)).ConfigureAwait(false);
            });

    private static string Count(long number) => number.ToString(CultureInfo.InvariantCulture);
}
