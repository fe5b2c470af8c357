using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Licenzy.Cli.Verbs;

/// <summary>A verb over the portal: it takes the address, the admin key and <c>--json</c> beside its own options.</summary>
internal static class PortalVerb
{
    public static Command Create(string name, string what, IReadOnlyList<Symbol> takes, Func<PortalCall, Task> run)
    {
        var (url, json) = (CommonOptions.Url(), CommonOptions.Json());
        var key = CommonOptions.Secret("--admin-key", "LICENZY_ADMIN_KEY", "An admin key, lz_admin_…");
        var command = new Command(name, what);
        foreach (var argument in takes.OfType<Argument>())
        {
            command.Arguments.Add(argument);
        }

        foreach (var option in takes.OfType<Option>().Concat([url, key.Option, json]))
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => CommonOptions.TalkAsync(async () =>
        {
            using var portal = LicenzyPortalClient.Create(
                CommonOptions.Impatient(new LicenzyPortalClientOptions { BaseAddress = parsed.GetValue(url), AdminKey = key.Value(parsed) }));
            await run(new PortalCall(parsed, portal, parsed.GetValue(json), cancellationToken)).ConfigureAwait(false);
            return 0;
        }));
        return command;
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
