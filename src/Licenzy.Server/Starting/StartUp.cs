using System.Security.Cryptography;
using Licenzy.Domain;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.Starting;

/// <summary>Makes the database ready before the first request: schema, encryption key, first account.</summary>
internal sealed class StartUp(Db db, Sealer sealer, FirstRun firstRun, Readiness readiness, ILogger<StartUp> logger) : IHostedService
{
    private const string CheckName = "encryption_check";
    private const string CheckText = "licenzy";

    // The check belongs to no workspace.
    private static readonly Scope Everywhere = new("", Mode.Test);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await MakeReadyAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException unavailable)
        {
            // At a start there is no request to answer with 503, and nobody to try again.
            throw new InvalidOperationException($"{unavailable.Message} {unavailable.InnerException?.Message}".TrimEnd(), unavailable);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task MakeReadyAsync(CancellationToken cancellationToken)
    {
        await db.MigrateAsync(cancellationToken).ConfigureAwait(false);
        await db.WriteAsync(CheckKeyAsync, cancellationToken).ConfigureAwait(false);
        await firstRun.RunAsync(cancellationToken).ConfigureAwait(false);
        readiness.IsStarted = true;
        Log.DatabaseReady(logger, db.Dialect.Name);
    }

    // With another key every stored secret would be unreadable: better no start than a run that looks well (SECURITY T26).
    private async Task CheckKeyAsync(Session session)
    {
        var known = await session.FindAsync<string>("select value from settings where name = @CheckName", new { CheckName }).ConfigureAwait(false);
        if (known is null)
        {
            var value = Convert.ToBase64String(sealer.Seal(Everywhere, CheckName, CheckText));
            await session.ExecuteAsync("insert into settings (name, value) values (@CheckName, @value)", new { CheckName, value }).ConfigureAwait(false);
            return;
        }

        try
        {
            sealer.Open(Everywhere, CheckName, Convert.FromBase64String(known));
        }
        catch (CryptographicException)
        {
            throw new InvalidOperationException(
                "Licenzy:EncryptionKey (or encryption.key in Licenzy:DataDirectory) is not the key this database was made with. Restore that key: the stored Stripe secrets cannot be read without it.");
        }
    }
}
