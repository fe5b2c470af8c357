using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Audit;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Accounts;

/// <summary>A signed-in operator's own password (CONTRACT §2).</summary>
internal sealed class PasswordEndpoints(Db db, Passwords passwords, AuditStore audit)
{
    public static void Map(IEndpointRouteBuilder portal) =>
        portal.MapPost("/password", (Body<ChangePasswordRequest> body, PortalCaller caller, PasswordEndpoints own, HttpContext context) =>
                own.ChangeAsync(body.Value, caller, context))
            .WithSummary("Change the signed-in operator's password").Produces(StatusCodes.Status204NoContent);

    private async Task<IResult> ChangeAsync(ChangePasswordRequest request, PortalCaller caller, HttpContext context)
    {
        new FieldErrors()
            .Text(request.Current, "current", Passwords.Longest)
            .Text(request.New, "new", Passwords.Longest, Passwords.Shortest)
            .ThrowIfAny();
        if (caller.Session is not { } current)
        {
            return new Refusal(StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, "An admin key has no password. Sign in as the operator whose password it is.");
        }

        var person = await db.ReadAsync(session => OperatorStore.FindAsync(session, caller.AccountId, current.OperatorId), context.RequestAborted).ConfigureAwait(false);
        if (!passwords.Fits(person?.PasswordHash, request.Current))
        {
            return Refusal.InvalidRequest("current", "is not the password.");
        }

        var hash = passwords.Hash(request.New);
        await db.WriteAsync(
            async session =>
            {
                await OperatorStore.SetPasswordAsync(session, current.OperatorId, hash).ConfigureAwait(false);
                await OperatorStore.EndSessionsAsync(session, current.OperatorId, except: current.TokenHash).ConfigureAwait(false);
                await audit.AddAsync(session, caller.In(Mode.Test), new AuditEntry(caller.Actor, "operator.password_changed", current.OperatorId, ""), context)
                    .ConfigureAwait(false);
            },
            context.RequestAborted).ConfigureAwait(false);
        return Results.NoContent();
    }
}
