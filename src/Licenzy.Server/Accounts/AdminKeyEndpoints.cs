using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Audit;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Accounts;

/// <summary>Admin keys of the account, for scripts and the command line (CONTRACT §2).</summary>
internal sealed class AdminKeyEndpoints(Db db, Idempotency idempotency, AuditStore audit, Ids ids, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet("/admin-keys", ListAsync).WithSummary("Admin keys of the account, newest first").WithPaging();
        portal.MapPost(
                "/admin-keys",
                (Body<CreateAdminKeyRequest> body, IdempotencyKey key, PortalCaller caller, AdminKeyEndpoints keys, HttpContext context) =>
                    keys.CreateAsync(body, key, caller, context))
            .WithSummary("Make an admin key; the answer is the only place its secret is shown")
            .Produces<AdminKeyCreatedResponse>(StatusCodes.Status201Created);
        portal.MapDelete("/admin-keys/{id}", (RouteId target, PortalCaller caller, AdminKeyEndpoints keys, HttpContext context) => keys.RevokeAsync(target.Value, caller, context))
            .WithSummary("Refuse an admin key from now on").Produces(StatusCodes.Status204NoContent)
            .RefusingAlso(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static async Task<JsonAnswer<Page<AdminKeyResponse>>> ListAsync(PortalCaller caller, Paging paging, Db db, CancellationToken cancellationToken)
    {
        var rows = await db.ReadAsync(
            session => WorkspaceStore.ListAdminKeysAsync(session, caller.AccountId, paging.Before, paging.Limit + 1), cancellationToken).ConfigureAwait(false);
        return new JsonAnswer<Page<AdminKeyResponse>>(paging.Page(rows, row => row.Id, ToResponse));
    }

    private Task<IResult> CreateAsync(Body<CreateAdminKeyRequest> body, IdempotencyKey key, PortalCaller caller, HttpContext context)
    {
        new FieldErrors().Text(body.Value.Name, "name", longest: 100).ThrowIfAny();
        return idempotency.RunAsync(context, caller.In(Mode.Test), key, body.Hash, async session =>
        {
            var (id, secret, now) = (ids.New("key"), KeyFormat.Generate(KeyKind.Admin), clock.GetUtcNow());
            await WorkspaceStore.AddAdminKeyAsync(session, caller.AccountId, id, body.Value.Name, secret, Instant.Millis(now)).ConfigureAwait(false);
            await audit.AddAsync(session, caller.In(Mode.Test), new AuditEntry(caller.Actor, "admin_key.created", id, body.Value.Name), context).ConfigureAwait(false);
            return new JsonAnswer<AdminKeyCreatedResponse>(
                new AdminKeyCreatedResponse
                {
                    Id = id,
                    Key = secret,
                    Prefix = KeyKind.Admin.Prefix(),
                    Last4 = secret[^4..],
                    Name = body.Value.Name,
                    CreatedAt = now,
                },
                StatusCodes.Status201Created);
        });
    }

    private async Task<IResult> RevokeAsync(string id, PortalCaller caller, HttpContext context)
    {
        await db.WriteAsync(
            async session =>
            {
                if (!await WorkspaceStore.RevokeAdminKeyAsync(session, caller.AccountId, id, Instant.Millis(clock.GetUtcNow())).ConfigureAwait(false))
                {
                    throw new RefusedException(Refusal.NotFound);
                }

                await WaysIn.RequireAsync(session, caller.AccountId).ConfigureAwait(false);
                await audit.AddAsync(session, caller.In(Mode.Test), new AuditEntry(caller.Actor, "admin_key.revoked", id, ""), context).ConfigureAwait(false);
            },
            context.RequestAborted).ConfigureAwait(false);
        return Results.NoContent();
    }

    private static AdminKeyResponse ToResponse(AdminKeyRow row) => new()
    {
        Id = row.Id,
        Prefix = row.Prefix,
        Last4 = row.Last4,
        Name = row.Name,
        CreatedAt = Instant.Of(row.CreatedAt),
        LastUsedAt = Instant.Of(row.LastUsedAt),
        RevokedAt = Instant.Of(row.RevokedAt),
    };
}
