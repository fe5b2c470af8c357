using System.Security.Cryptography;
using System.Text;
using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Portal;

/// <summary>Keys of the workspace: shown whole once, then by prefix and last four (CONTRACT §2).</summary>
internal sealed class ApiKeyEndpoints(Idempotency idempotency, AuditStore audit, Ids ids, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet("/api-keys", ListAsync).WithSummary("Keys of both modes, newest first").WithPaging();
        portal.MapPost(
                "/api-keys",
                (Body<CreateApiKeyRequest> body, IdempotencyKey key, PortalCaller caller, ApiKeyEndpoints keys, HttpContext context) =>
                    keys.CreateAsync(body, key, caller, context))
            .WithSummary("Make a key; the answer is the only place its secret is shown")
            .Produces<ApiKeyCreatedResponse>(StatusCodes.Status201Created);
    }

    private static async Task<JsonAnswer<Page<ApiKeyResponse>>> ListAsync(
        PortalCaller caller, Paging paging, KeyStore store, CancellationToken cancellationToken)
    {
        var rows = await store.ListAsync(caller.WorkspaceId, paging.Before, paging.Limit + 1, cancellationToken).ConfigureAwait(false);
        return new JsonAnswer<Page<ApiKeyResponse>>(paging.Page(rows, row => row.Id, row => row.ToResponse()));
    }

    private Task<IResult> CreateAsync(Body<CreateApiKeyRequest> body, IdempotencyKey key, PortalCaller caller, HttpContext context)
    {
        var request = body.Value;
        var now = clock.GetUtcNow();
        var mode = Words.Find<Mode>(request.Mode);
        var kind = Words.Find<ApiKeyKind>(request.Kind ?? ApiKeyKind.Runtime.ToWord());
        new FieldErrors()
            .Require(mode is not null, "mode", $"must be one of: {Words.List<Mode>()}.")
            .Text(request.Name, "name", longest: 100)
            .Require(kind is not null, "kind", $"must be one of: {Words.List<ApiKeyKind>()}.")
            .Require(request.ExpiresAt is null || request.ExpiresAt > now, "expires_at", "must be in the future.")
            .ThrowIfAny();

        var scope = caller.In(mode!.Value);
        return idempotency.RunAsync(context, scope, key, body.Hash, async session =>
        {
            var secret = KeyFormat.Generate(ApiKeyMapping.KindOf(mode.Value, kind!.Value));
            var row = ApiKeyMapping.NewRow(scope, ids.New("key"), secret, kind.Value, request.Name, now, request.ExpiresAt);
            await KeyStore.AddAsync(session, row).ConfigureAwait(false);
            await audit.AddAsync(session, scope, new AuditEntry(caller.Actor, "api_key.created", row.Id, $"{row.Prefix}…{row.Last4} ({row.Name})"), context)
                .ConfigureAwait(false);
            return new JsonAnswer<ApiKeyCreatedResponse>(row.ToCreated(secret), StatusCodes.Status201Created);
        });
    }
}

/// <summary>What a workspace's key is for.</summary>
internal enum ApiKeyKind
{
    Runtime,
    Secret,
    Publishable,
}

/// <summary>Keys between the wire and their row.</summary>
internal static class ApiKeyMapping
{
    public static KeyKind KindOf(Mode mode, ApiKeyKind kind) => (mode, kind) switch
    {
        (Mode.Test, ApiKeyKind.Runtime) => KeyKind.TestRuntime,
        (Mode.Test, ApiKeyKind.Secret) => KeyKind.TestSecret,
        (Mode.Test, _) => KeyKind.TestPublishable,
        (_, ApiKeyKind.Runtime) => KeyKind.LiveRuntime,
        (_, ApiKeyKind.Secret) => KeyKind.LiveSecret,
        _ => KeyKind.LivePublishable,
    };

    public static ApiKeyRow NewRow(Scope scope, string id, string secret, ApiKeyKind kind, string name, DateTimeOffset now, DateTimeOffset? expiresAt) => new()
    {
        WorkspaceId = scope.WorkspaceId,
        Id = id,
        Mode = scope.Mode.ToWord(),
        Kind = kind.ToWord(),
        Name = name,
        Prefix = KindOf(scope.Mode, kind).Prefix(),
        Last4 = secret[^4..],
        Hash = HashOf(secret),
        CreatedAt = Instant.Millis(now),
        ExpiresAt = Instant.Millis(expiresAt),
    };

    /// <summary>Only this is stored of a key: with 190 random bits, a plain hash cannot be guessed back.</summary>
    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.ASCII.GetBytes(secret));

    public static ApiKeyResponse ToResponse(this ApiKeyRow row) => new()
    {
        Id = row.Id,
        Prefix = row.Prefix,
        Last4 = row.Last4,
        Name = row.Name,
        Mode = row.Mode,
        Kind = row.Kind,
        CreatedAt = Instant.Of(row.CreatedAt),
        LastUsedAt = Instant.Of(row.LastUsedAt),
        RevokedAt = Instant.Of(row.RevokedAt),
        ExpiresAt = Instant.Of(row.ExpiresAt),
    };

    public static ApiKeyCreatedResponse ToCreated(this ApiKeyRow row, string secret) => new()
    {
        Id = row.Id,
        Key = secret,
        Prefix = row.Prefix,
        Last4 = row.Last4,
        Name = row.Name,
        Mode = row.Mode,
        Kind = row.Kind,
        CreatedAt = Instant.Of(row.CreatedAt),
        ExpiresAt = Instant.Of(row.ExpiresAt),
    };
}
