using Licenzy.Server.Accounts;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Starting;

/// <summary>The first start makes an account, a workspace and keys, shown once (CONTRACT §6). Keys given by settings are taken and not shown.</summary>
internal sealed class FirstRun(Db db, FirstAccount first, IOptions<LicenzyServerOptions> options, ILogger<FirstRun> logger)
{
    private const string FileName = "first-run.txt";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var bootstrap = options.Value.Bootstrap;
        var made = new List<string>();
        var admin = bootstrap.AdminKey ?? Made("Admin key (portal, scripts)", KeyKind.Admin, made);
        var test = bootstrap.TestKey ?? Made("Runtime key (test mode)", KeyKind.TestRuntime, made);

        var isFirst = await db.WriteAsync(
            async session =>
            {
                // Servers that start together on an empty database: one wins, the others find its account.
                if (!await WorkspaceStore.IsEmptyAsync(session).ConfigureAwait(false))
                {
                    return false;
                }

                await first.AddAsync(session, admin, test, bootstrap).ConfigureAwait(false);
                // Before the commit: cut off in between, keys nobody has are worse than a file with keys that do not fit.
                Write(made);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        if (isFirst && made.Count > 0)
        {
            // Not through the log: logs travel, and a key must not.
            Console.Error.Write(Text(made));
            Log.FirstRun(logger, Path.Combine(options.Value.DataDirectory, FileName));
        }
    }

    private void Write(List<string> made)
    {
        if (made.Count > 0)
        {
            PrivateFiles.CreateDirectory(options.Value.DataDirectory);
            PrivateFiles.Write(Path.Combine(options.Value.DataDirectory, FileName), Text(made));
        }
    }

    private static string Text(IEnumerable<string> made) =>
        string.Join("\n", ["Licenzy, first start. These keys are shown once; keep them and delete this file.", .. made, ""]);

    private static string Made(string name, KeyKind kind, List<string> made)
    {
        var key = KeyFormat.Generate(kind);
        made.Add($"{name}: {key}");
        return key;
    }
}
