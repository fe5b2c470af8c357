using System.Security.Cryptography;
using System.Text;
using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Accounts;

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
