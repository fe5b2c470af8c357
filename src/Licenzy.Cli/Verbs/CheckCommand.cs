using System.CommandLine;
using System.Text.Json;
using Licenzy.Access;
using Licenzy.Json;
using Spectre.Console;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy check</c>: may this subject proceed, and why?</summary>
internal static class CheckCommand
{
    /// <summary>The exit code of a "no", apart from the 1 of a failure, so that scripts can branch on it.</summary>
    public const int Denied = 3;

    public static Command Create()
    {
        var subject = new Argument<string>("subject") { Description = "Your own id of the customer." };
        var (url, json) = (CommonOptions.Url(), CommonOptions.Json());
        var key = CommonOptions.Secret("--key", "LICENZY_KEY", "A runtime key, lz_test_… or lz_live_…");
        var command = new Command("check", "May this subject proceed, and why? Exit code 0: yes; 3: no; 1: could not be asked.") { subject, url, key.Option, json };
        command.SetAction((parsed, cancellationToken) => CommonOptions.TalkAsync(async () =>
        {
            using var client = LicenzyClient.Create(CommonOptions.Impatient(new LicenzyClientOptions { BaseAddress = parsed.GetValue(url), ApiKey = key.Value(parsed) }));
            var access = await client.GetCustomerAccessAsync(parsed.GetValue(subject)!, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(access, LicenzyJson.Default.CustomerAccessResponse));
            }
            else
            {
                Show(access);
            }

            return access.HasAccess ? 0 : Denied;
        }));
        return command;
    }

    private static void Show(CustomerAccessResponse access)
    {
        var verdict = access.HasAccess ? "[green]allowed[/]" : "[red]denied[/]";
        AnsiConsole.MarkupLine($"{Markup.Escape(access.SubjectRef)}: {verdict} ({access.Status}, version {access.Version})");
        if (access.Entitlements.Count == 0)
        {
            AnsiConsole.MarkupLine("No rights in this key's mode. A purchase or a grant makes one.");
            return;
        }

        var table = new Table().AddColumns("product", "kind", "status", "usable", "why", "units left", "ends");
        foreach (var right in access.Entitlements)
        {
            table.AddRow(
                Markup.Escape(right.ProductCode), right.Kind, right.Status, right.Available ? "yes" : "no", right.AvailabilityReason,
                right.UsageRemaining?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "",
                right.ExpiresAt?.ToString("u", System.Globalization.CultureInfo.InvariantCulture) ?? "");
        }

        AnsiConsole.Write(table);
    }
}
