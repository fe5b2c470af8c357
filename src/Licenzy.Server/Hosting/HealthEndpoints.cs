using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Hosting;

/// <summary>Is the process alive, and may it be given work? (CONTRACT §6)</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder root)
    {
        root.MapGet("/healthz", () => Results.Text("ok\n")).WithSummary("The process is alive").Produces<string>(contentType: "text/plain");
        root.MapGet("/readyz", ReadyAsync).WithSummary("The database answers and its schema is up to date").Produces<string>(contentType: "text/plain").RefusingAlso(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> ReadyAsync(Readiness readiness, Db db, CancellationToken cancellationToken)
    {
        if (!readiness.IsStarted)
        {
            return Refusal.Unavailable("The server is starting.");
        }

        await db.ReadAsync(session => session.FindAsync<long>("select max(number) from schema_migrations"), cancellationToken).ConfigureAwait(false);
        return Results.Text("ready\n");
    }
}
