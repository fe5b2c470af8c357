using System.Security.Cryptography;
using System.Text;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Accounts;

/// <summary>Finds out who calls <c>/portal</c>: an admin key, or the cookie of a signed-in operator; and on which workspace (CONTRACT §2).</summary>
internal sealed class PortalCredentials(Db db, KeyStore keys, SessionCookie cookie, SameOrigin origin, TimeProvider clock)
{
    private const string WorkspaceHeader = LicenzyHeaders.Workspace;
    private const string CsrfHeader = "X-CSRF-Token";
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    /// <summary>The caller behind an admin key's hash.</summary>
    public async Task<Refusal?> ByKeyAsync(HttpContext context, byte[] hash)
    {
        var key = await keys.FindAdminKeyAsync(hash, context.RequestAborted).ConfigureAwait(false);
        if (key is null || !CryptographicOperations.FixedTimeEquals(key.Hash, hash) || key.RevokedAt is not null)
        {
            return Credentials.Invalid;
        }

        context.Features.Set(new KnownKey(key.Id));
        keys.Used(KeyTable.Admin, key.AccountId, key.Id);
        return await EnterAsync(context, new PortalCaller(key.AccountId, "", key.Id, key.Name, Session: null)).ConfigureAwait(false);
    }

    /// <summary>The caller behind the session cookie, with the proof that this site's own page sent the request.</summary>
    public async Task<Refusal?> ByCookieAsync(HttpContext context)
    {
        if (cookie.Token(context.Request) is not { } token)
        {
            return Credentials.Missing;
        }

        var hash = SessionCookie.HashOf(token);
        var found = await db.ReadAsync(session => OperatorStore.FindSessionAsync(session, hash), context.RequestAborted).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        if (found is null || Instant.Of(found.LastSeenAt) + SessionCookie.Idle <= now || Instant.Of(found.CreatedAt) + SessionCookie.Longest <= now)
        {
            cookie.Clear(context.Response);
            return new Refusal(StatusCodes.Status401Unauthorized, ErrorCodes.InvalidSession, "The session has ended. Sign in again: POST /portal/session.");
        }

        context.Features.Set(new KnownKey(found.OperatorId));
        if (!IsRead(context.Request) && !(origin.Holds(context) && Fits(context.Request, found.CsrfToken)))
        {
            return new Refusal(StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, $"Send the {CsrfHeader} that GET /portal/me returns, from the portal's own address.");
        }

        if (now - Instant.Of(found.LastSeenAt) > SeenEvery)
        {
            await db.WriteAsync(session => OperatorStore.SeenAsync(session, hash, Instant.Millis(now)), context.RequestAborted).ConfigureAwait(false);
        }

        return await EnterAsync(context, new PortalCaller(
            found.AccountId, "", found.OperatorId, found.Email, new PortalSession(found.OperatorId, found.CsrfToken, found.TokenHash))).ConfigureAwait(false);
    }

    private async Task<Refusal?> EnterAsync(HttpContext context, PortalCaller caller)
    {
        var asked = context.Request.Headers[WorkspaceHeader] switch
        {
            [] => null,
            [{ Length: > 0 and <= 64 } id] => id,
            _ => throw new RefusedException(Refusal.InvalidRequest(WorkspaceHeader, "must be a workspace's id, ws_…, once.")),
        };
        var workspace = await db.ReadAsync(session => WorkspaceStore.ChooseAsync(session, caller.AccountId, asked), context.RequestAborted).ConfigureAwait(false);
        if (workspace is null)
        {
            return Refusal.NotFound;
        }

        context.Features.Set(caller with { WorkspaceId = workspace });
        return null;
    }

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static bool Fits(HttpRequest request, string csrfToken) =>
        request.Headers[CsrfHeader] is [{ } sent] && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), Encoding.UTF8.GetBytes(csrfToken));
}
