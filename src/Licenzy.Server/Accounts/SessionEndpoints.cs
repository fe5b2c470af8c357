using Licenzy.Portal;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Accounts;

/// <summary>Signing in and out of the portal (CONTRACT §2).</summary>
internal sealed class SessionEndpoints(Db db, SignIn signIn, SessionCookie cookie, SameOrigin origin, TimeProvider clock)
{
    /// <summary>Signing in asks for no credentials: it makes them.</summary>
    public static void MapSignIn(IEndpointRouteBuilder portal) =>
        portal.MapPost("/session", (Body<SignInRequest> body, SessionEndpoints sessions, HttpContext context) => sessions.SignInAsync(body.Value, context))
            .WithSummary("Sign in; the answer is GET /portal/me's and sets the session cookie")
            .RefusingAlso(StatusCodes.Status401Unauthorized, StatusCodes.Status429TooManyRequests);

    public static void MapSignOut(IEndpointRouteBuilder portal) =>
        portal.MapDelete("/session", (PortalCaller caller, SessionEndpoints sessions, HttpContext context) => sessions.SignOutAsync(caller, context))
            .WithSummary("Sign out")
            .Produces(StatusCodes.Status204NoContent);

    private async Task<JsonAnswer<PortalContextResponse>> SignInAsync(SignInRequest request, HttpContext context)
    {
        new FieldErrors().Text(request.Email, "email", longest: 254).Text(request.Password, "password", Passwords.Longest).ThrowIfAny();
        if (!origin.Holds(context))
        {
            throw new RefusedException(new Refusal(StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, "Sign in from the portal's own address."));
        }

        return await BeginAsync(await signIn.WhoAsync(request, context).ConfigureAwait(false), context).ConfigureAwait(false);
    }

    private async Task<JsonAnswer<PortalContextResponse>> BeginAsync(OperatorRow person, HttpContext context)
    {
        // A new token at every sign-in: one set before it is worth nothing.
        var (token, csrf) = (SessionCookie.NewToken(), SessionCookie.NewToken());
        var hash = SessionCookie.HashOf(token);
        var found = await db.WriteAsync(
            async session =>
            {
                // The password was tried before the transaction: it may be another by now, or its owner gone.
                if (await OperatorStore.LockAsync(session, person.AccountId, person.Id).ConfigureAwait(false) is not { } still || still.PasswordHash != person.PasswordHash)
                {
                    throw new RefusedException(SignIn.Wrong);
                }

                await OperatorStore.AddSessionAsync(session, hash, person.Id, csrf, Instant.Millis(clock.GetUtcNow())).ConfigureAwait(false);
                return await WorkspaceStore.ChooseAsync(session, person.AccountId, asked: null).ConfigureAwait(false) is { } workspace
                    ? await WorkspaceStore.FindAsync(session, workspace).ConfigureAwait(false)
                    : throw new RefusedException(Refusal.NotFound);
            },
            context.RequestAborted).ConfigureAwait(false);
        cookie.Set(context.Response, token);
        var caller = new PortalCaller(person.AccountId, found!.WorkspaceId, person.Id, person.Email, new PortalSession(person.Id, csrf, hash));
        return new JsonAnswer<PortalContextResponse>(ContextEndpoints.ToResponse(found, caller));
    }

    private async Task<IResult> SignOutAsync(PortalCaller caller, HttpContext context)
    {
        if (caller.Session is { } current)
        {
            await db.WriteAsync(session => OperatorStore.EndSessionAsync(session, current.TokenHash), context.RequestAborted).ConfigureAwait(false);
        }

        cookie.Clear(context.Response);
        return Results.NoContent();
    }
}
