using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Audit;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Accounts;

/// <summary>Keys of the workspace: shown whole once, then by prefix and last four (CONTRACT §2).</summary>
internal sealed class ApiKeyEndpoints(Idempotency idempotency, AuditStore audit, Ids ids, TimeProvider clock)
{
    private const long DefaultOverlapHours = 24;
    private const long LongestOverlapHours = 168;

    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet("/api-keys", ListAsync).WithSummary("Keys of both modes, newest first").WithPaging();
        portal.MapPost(
                "/api-keys",
                (Body<CreateApiKeyRequest> body, IdempotencyKey key, PortalCaller caller, PlanGate plans, ApiKeyEndpoints keys, HttpContext context) =>
                    keys.CreateAsync(body, key, caller, plans, context))
            .WithSummary("Make a key; the answer is the only place its secret is shown")
            .Produces<ApiKeyCreatedResponse>(StatusCodes.Status201Created);
        portal.MapPost(
                "/api-keys/{id}/revoke",
                (RouteId target, IdempotencyKey key, PortalCaller caller, ApiKeyEndpoints keys, HttpContext context) => keys.RevokeAsync(target.Value, key, caller, context))
            .WithSummary("Refuse a key from now on").Produces<ApiKeyResponse>().RefusingUnknown();
        portal.MapPost(
                "/api-keys/{id}/rotate",
                (RouteId target, Body<RotateApiKeyRequest> body, IdempotencyKey key, PortalCaller caller, ApiKeyEndpoints keys, HttpContext context) =>
                    keys.RotateAsync(target.Value, body, key, caller, context))
            .WithSummary("Make a key in place of one, which is refused after the overlap")
            .Produces<ApiKeyCreatedResponse>(StatusCodes.Status201Created)
            .RefusingAlso(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static async Task<JsonAnswer<Page<ApiKeyResponse>>> ListAsync(
        PortalCaller caller, Paging paging, KeyStore store, CancellationToken cancellationToken)
    {
        var rows = await store.ListAsync(caller.WorkspaceId, paging.Before, paging.Limit + 1, cancellationToken).ConfigureAwait(false);
        return new JsonAnswer<Page<ApiKeyResponse>>(paging.Page(rows, row => row.Id, row => row.ToResponse()));
    }

    private Task<IResult> CreateAsync(Body<CreateApiKeyRequest> body, IdempotencyKey key, PortalCaller caller, PlanGate plans, HttpContext context)
    {
        var request = body.Value;
        var mode = Words.Find<Mode>(request.Mode);
        var kind = Words.Find<ApiKeyKind>(request.Kind ?? ApiKeyKind.Runtime.ToWord());
        new FieldErrors()
            .Require(mode is not null, "mode", $"must be one of: {Words.List<Mode>()}.")
            .Text(request.Name, "name", longest: 100)
            .Require(kind is not null, "kind", $"must be one of: {Words.List<ApiKeyKind>()}.")
            .ThrowIfAny();

        var scope = caller.In(mode!.Value);
        return idempotency.RunAfterAsync(context, scope, key, body.Hash, () => plans.RequireAsync(caller, mode.Value, context.RequestAborted), async session =>
        {
            var now = clock.GetUtcNow();
            // Here, since it was true of the first request: a repeat after that end hears its answer all the same.
            new FieldErrors().Future(request.ExpiresAt, "expires_at", now).ThrowIfAny();
            var secret = KeyFormat.Generate(ApiKeyMapping.KindOf(mode.Value, kind!.Value));
            var row = ApiKeyMapping.NewRow(scope, ids.New("key"), secret, kind.Value, request.Name, now, request.ExpiresAt);
            await KeyStore.AddAsync(session, row).ConfigureAwait(false);
            await audit.AddAsync(session, scope, new AuditEntry(caller.Actor, "api_key.created", row.Id, $"{row.Prefix}…{row.Last4} ({row.Name})"), context)
                .ConfigureAwait(false);
            return new JsonAnswer<ApiKeyCreatedResponse>(row.ToCreated(secret), StatusCodes.Status201Created);
        });
    }

    private Task<IResult> RevokeAsync(string id, IdempotencyKey key, PortalCaller caller, HttpContext context) =>
        idempotency.RunAsync(context, caller.In(Mode.Test), key, Idempotency.NoBody, async session =>
        {
            var row = await OwnAsync(session, caller, id).ConfigureAwait(false);
            var now = Instant.Millis(clock.GetUtcNow());
            await KeyStore.RevokeAsync(session, caller.WorkspaceId, id, now).ConfigureAwait(false);
            await audit.AddAsync(session, row.Scope, new AuditEntry(caller.Actor, "api_key.revoked", id, row.Name), context).ConfigureAwait(false);
            return new JsonAnswer<ApiKeyResponse>((row with { RevokedAt = row.RevokedAt ?? now }).ToResponse());
        });

    private Task<IResult> RotateAsync(string id, Body<RotateApiKeyRequest> body, IdempotencyKey key, PortalCaller caller, HttpContext context)
    {
        new FieldErrors().Range(body.Value.OverlapHours, "overlap_hours", 0, LongestOverlapHours).ThrowIfAny();
        return idempotency.RunAsync(context, caller.In(Mode.Test), key, body.Hash, async session =>
        {
            var old = await OwnAsync(session, caller, id).ConfigureAwait(false);
            var now = clock.GetUtcNow();
            if (old.RevokedAt is not null || old.ExpiresAt <= Instant.Millis(now))
            {
                return Refusal.Conflict(ErrorCodes.KeyRevoked, "A key that is refused already cannot be rotated. Make a new one.");
            }

            if (old.RotatedAt is not null)
            {
                return Refusal.Conflict(ErrorCodes.KeyRotated, "Another key was made in its place already, and its own end is near. Rotate that one.");
            }

            var kind = Words.Parse<ApiKeyKind>(old.Kind);
            var secret = KeyFormat.Generate(ApiKeyMapping.KindOf(old.Scope.Mode, kind));
            var row = ApiKeyMapping.NewRow(old.Scope, ids.New("key"), secret, kind, old.Name, now, Instant.Of(old.ExpiresAt));
            await KeyStore.AddAsync(session, row).ConfigureAwait(false);
            var until = now.AddHours(body.Value.OverlapHours ?? DefaultOverlapHours);
            await KeyStore.RotatedAsync(session, caller.WorkspaceId, id, Instant.Millis(now), Instant.Millis(until)).ConfigureAwait(false);
            await audit.AddAsync(session, old.Scope, new AuditEntry(caller.Actor, "api_key.rotated", id, $"into {row.Id}"), context).ConfigureAwait(false);
            return new JsonAnswer<ApiKeyCreatedResponse>(row.ToCreated(secret), StatusCodes.Status201Created);
        });
    }

    private static async Task<ApiKeyRow> OwnAsync(Session session, PortalCaller caller, string id) =>
        await KeyStore.LockAsync(session, caller.WorkspaceId, id).ConfigureAwait(false) ?? throw new RefusedException(Refusal.NotFound);
}
