using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Licenzy.Cli.Verbs;

/// <summary>A verb over the portal: it takes the address, the admin key, the workspace and <c>--json</c> beside its own options.</summary>
internal static class PortalVerb
{
    /// <param name="name">The verb.</param>
    /// <param name="what">What it does, for the help.</param>
    /// <param name="takes">Its own arguments and options.</param>
    /// <param name="run">Does it.</param>
    /// <param name="ofAccount">Whether it is about the whole account, and takes no workspace.</param>
    public static Command Create(string name, string what, IReadOnlyList<Symbol> takes, Func<PortalCall, Task> run, bool ofAccount = false) => Create(
        name, what, takes,
        async call =>
        {
            await run(call).ConfigureAwait(false);
            return 0;
        },
        CommonOptions.Impatient, ofAccount);

    /// <summary>A verb whose exit code says what it found, and whose server may take its time.</summary>
    public static Command Deciding(string name, string what, IReadOnlyList<Symbol> takes, Func<PortalCall, Task<int>> run) =>
        Create(name, what, takes, run, Patient, ofAccount: false);

    /// <summary>A verb whose exit code says what it found, of a server that answers at once.</summary>
    public static Command DecidingSoon(string name, string what, IReadOnlyList<Symbol> takes, Func<PortalCall, Task<int>> run) =>
        Create(name, what, takes, run, CommonOptions.Impatient, ofAccount: false);

    private static Command Create(
        string name, string what, IReadOnlyList<Symbol> takes, Func<PortalCall, Task<int>> run,
        Func<LicenzyPortalClientOptions, LicenzyPortalClientOptions> waiting, bool ofAccount)
    {
        var (url, workspace, json) = (CommonOptions.Url(), CommonOptions.Workspace(), CommonOptions.Json());
        var key = CommonOptions.Secret("--admin-key", "LICENZY_ADMIN_KEY", "An admin key, lz_admin_…");
        var command = new Command(name, what);
        foreach (var argument in takes.OfType<Argument>())
        {
            command.Arguments.Add(argument);
        }

        foreach (var option in takes.OfType<Option>().Concat(ofAccount ? [url, key.Option, json] : [url, key.Option, workspace, json]))
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => CommonOptions.TalkAsync(async () =>
        {
            var chosen = ofAccount ? null : parsed.GetValue(workspace);
            using var portal = LicenzyPortalClient.Create(
                waiting(new LicenzyPortalClientOptions { BaseAddress = parsed.GetValue(url), AdminKey = key.Value(parsed), Workspace = chosen }));
            return await RunAsync(run, new PortalCall(parsed, portal, parsed.GetValue(json), cancellationToken), chosen).ConfigureAwait(false);
        }));
        return command;
    }

    // The server answers the same for a thing and for a workspace that is not there; only here it is known that one was named.
    private static async Task<int> RunAsync(Func<PortalCall, Task<int>> run, PortalCall call, string? workspace)
    {
        try
        {
            return await run(call).ConfigureAwait(false);
        }
        catch (LicenzyApiException refused) when (refused.Code == ErrorCodes.NotFound && !string.IsNullOrEmpty(workspace))
        {
            throw new NotThereException($"{refused.Message} Is {workspace} one of yours? licenzy workspaces list (request {refused.RequestId})");
        }
    }

    // A part of a comparison takes seconds, and Stripe may be slow.
    private static LicenzyPortalClientOptions Patient(LicenzyPortalClientOptions options)
    {
        (options.AttemptTimeout, options.TotalTimeout, options.MaxRetries) = (TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), 2);
        return options;
    }

    /// <summary>Which mode; <c>test</c> unless told otherwise.</summary>
    public static Option<string> Mode()
    {
        var mode = new Option<string>("--mode") { Description = "test or live.", DefaultValueFactory = _ => "test" };
        mode.AcceptOnlyFromAmong("test", "live");
        return mode;
    }
}

/// <summary>One run of such a verb: what was asked, whom to ask, and how to tell the answer.</summary>
internal sealed record PortalCall(ParseResult Parsed, ILicenzyPortalClient Portal, bool IsJson, CancellationToken CancellationToken)
{
    private const int PageSize = 100;

    /// <summary>Prints the answer for a program, or says it in words.</summary>
    public void Tell<T>(T answer, JsonTypeInfo<T> json, Action<T> say)
    {
        if (IsJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(answer, json));
        }
        else
        {
            say(answer);
        }
    }

    /// <summary>Every page of a list as one.</summary>
    public static async Task<Page<T>> AllAsync<T>(Func<int, string?, Task<Page<T>>> list)
    {
        var (all, cursor) = (new List<T>(), (string?)null);
        do
        {
            var page = await list(PageSize, cursor).ConfigureAwait(false);
            all.AddRange(page.Data);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return new Page<T> { Data = all, NextCursor = null };
    }

    /// <summary>A table of what others wrote: their brackets are not our markup.</summary>
    public static void Table(string[] columns, IEnumerable<string?[]> rows)
    {
        var table = new Table().AddColumns(columns);
        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => Markup.Escape(cell ?? ""))]);
        }

        AnsiConsole.Write(table);
    }

    public static string Time(DateTimeOffset? at) => at?.ToString("u", System.Globalization.CultureInfo.InvariantCulture) ?? "";
}
