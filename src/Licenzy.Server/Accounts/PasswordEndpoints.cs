using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Audit;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Accounts;

/// <summary>A signed-in operator's own password (CONTRACT §2).</summary>
internal sealed class PasswordEndpoints(Idempotency idempotency, SignIn signIn, Passwords passwords, AuditStore audit)
{
    private static readonly Refusal NotThePassword = Refusal.InvalidRequest("current", "is not the password.");

    public static void Map(IEndpointRouteBuilder portal) =>
        portal.MapPost("/password", (Body<ChangePasswordRequest> body, IdempotencyKey key, PortalCaller caller, PasswordEndpoints own, HttpContext context) =>
                own.ChangeAsync(body, key, caller, context))
            .WithSummary("Change the signed-in operator's password").Produces(StatusCodes.Status204NoContent);

    private async Task<IResult> ChangeAsync(Body<ChangePasswordRequest> body, IdempotencyKey key, PortalCaller caller, HttpContext context)
    {
        var request = body.Value;
        new FieldErrors()
            .Text(request.Current, "current", Passwords.Longest)
            .Text(request.New, "new", Passwords.Longest, Passwords.Shortest)
            .ThrowIfAny();
        if (caller.Session is not { } current)
        {
            return new Refusal(StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, "An admin key has no password. Sign in as the operator whose password it is.");
        }

        OperatorRow? person = null;
        var hash = "";
        async Task ProveAsync()
        {
            // Who found a session open must not guess here what the sign-in would not let them (SECURITY T23).
            person = await signIn.ProvedAsync(caller.Name, request.Current, session => OperatorStore.FindAsync(session, caller.AccountId, current.OperatorId), context).ConfigureAwait(false)
                ?? throw new RefusedException(NotThePassword);
            hash = await passwords.HashAsync(request.New, context.RequestAborted).ConfigureAwait(false);
        }

        // Proved before the transaction, since it is slow on purpose; a repeat need not, and could not: its current password is the one before.
        return await idempotency.RunAfterAsync(context, caller.In(Mode.Test), key, body.Hash, ProveAsync, async session =>
        {
            var still = await OperatorStore.LockAsync(session, caller.AccountId, current.OperatorId).ConfigureAwait(false);
            if (still?.PasswordHash != person!.PasswordHash)
            {
                return NotThePassword;
            }

            await OperatorStore.SetPasswordAsync(session, current.OperatorId, hash).ConfigureAwait(false);
            await OperatorStore.EndSessionsAsync(session, current.OperatorId, except: current.TokenHash).ConfigureAwait(false);
            await audit.AddAsync(session, caller.In(Mode.Test), new AuditEntry(caller.Actor, "operator.password_changed", current.OperatorId, ""), context)
                .ConfigureAwait(false);
            return NoContentAnswer.Instance;
        }).ConfigureAwait(false);
    }
}
