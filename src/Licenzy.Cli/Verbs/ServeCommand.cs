using System.CommandLine;
using Licenzy.Cli.Serving;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy serve</c>: the server, until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var urls = new Option<string?>("--urls") { Description = $"Addresses to listen on; default {ServerHost.DefaultUrls}, loopback only." };
        var data = new Option<string?>("--data") { Description = "Folder of the SQLite file and its key; default ~/.licenzy. (Licenzy:DataDirectory)" };
        var database = new Option<string?>("--database") { Description = "'Data Source=<file>' or 'Host=<server>;…' for PostgreSQL. (Licenzy:Database)" };
        var publicUrl = new Option<string?>("--public-url") { Description = "The address customers and Stripe reach this server under. (Licenzy:PublicUrl)" };
        var command = new Command("serve", "Run the server: one process and a SQLite file, or PostgreSQL.") { urls, data, database, publicUrl };
        command.SetAction((parsed, cancellationToken) => ServerHost.RunAsync(
            new ServerSettings(parsed.GetValue(urls), parsed.GetValue(data), parsed.GetValue(database), parsed.GetValue(publicUrl)), cancellationToken));
        return command;
    }
}
