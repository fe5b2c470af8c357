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
        root.MapGet("/healthz", () => Results.Text("ok\n")).WithSummary("The process is alive").Produces(StatusCodes.Status200OK, contentType: "text/plain");
        root.MapGet("/readyz", ReadyAsync).WithSummary("The database answers and its schema is up to date").Produces(StatusCodes.Status200OK, contentType: "text/plain");
        root.MapGet("/checkout/success", () => Page("Payment received", "Thank you. You may close this window and go back to the app."))
            .WithSummary("Where Stripe sends a customer by default after payment").Produces(StatusCodes.Status200OK, contentType: "text/html");
        root.MapGet("/checkout/cancel", () => Page("Nothing was paid", "You turned back before paying. You may close this window."))
            .WithSummary("Where Stripe sends a customer by default who turned back").Produces(StatusCodes.Status200OK, contentType: "text/html");
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

    private static IResult Page(string title, string text) => Results.Content(
        $"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
        <body><h1>{title}</h1><p>{text}</p></body></html>

        """,
        "text/html; charset=utf-8");
}
