namespace Licenzy.Portal;

/// <summary><c>POST /portal/api-keys</c>: a new key for one mode.</summary>
public sealed record CreateApiKeyRequest
{
    /// <summary><c>test</c> or <c>live</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>What the key is for, 1–100 characters.</summary>
    public required string Name { get; init; }

    /// <summary><c>runtime</c> (<c>lz_</c>, the default), <c>secret</c> (<c>sk_</c>) or <c>publishable</c> (<c>pk_</c>).</summary>
    public string? Kind { get; init; }

    /// <summary>From when the key is refused; never where absent.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary><c>POST /portal/api-keys/{id}/rotate</c>: a new key in place of one, which is refused after the overlap.</summary>
public sealed record RotateApiKeyRequest
{
    /// <summary>Hours both keys are good, 0 to 168; default 24.</summary>
    public long? OverlapHours { get; init; }
}

/// <summary>A key as it may be shown: without its secret part.</summary>
public sealed record ApiKeyResponse
{
    /// <summary><c>key_</c> and a ULID.</summary>
    public required string Id { get; init; }

    /// <summary>How the key begins, such as <c>lz_test_</c>.</summary>
    public required string Prefix { get; init; }

    /// <summary>Its last four characters.</summary>
    public required string Last4 { get; init; }

    /// <inheritdoc cref="CreateApiKeyRequest.Name"/>
    public required string Name { get; init; }

    /// <inheritdoc cref="CreateApiKeyRequest.Mode"/>
    public required string Mode { get; init; }

    /// <inheritdoc cref="CreateApiKeyRequest.Kind"/>
    public required string Kind { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last used, to the minute; <see langword="null"/> if never.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>When it was revoked; <see langword="null"/> if it was not.</summary>
    public required DateTimeOffset? RevokedAt { get; init; }

    /// <inheritdoc cref="CreateApiKeyRequest.ExpiresAt"/>
    public required DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A key just made: the only time its secret is shown.</summary>
public sealed record ApiKeyCreatedResponse
{
    /// <inheritdoc cref="ApiKeyResponse.Id"/>
    public required string Id { get; init; }

    /// <summary>The whole key. Keep it now: it is not stored and cannot be shown again.</summary>
    public required string Key { get; init; }

    /// <inheritdoc cref="ApiKeyResponse.Prefix"/>
    public required string Prefix { get; init; }

    /// <inheritdoc cref="ApiKeyResponse.Last4"/>
    public required string Last4 { get; init; }

    /// <inheritdoc cref="CreateApiKeyRequest.Name"/>
    public required string Name { get; init; }

    /// <inheritdoc cref="CreateApiKeyRequest.Mode"/>
    public required string Mode { get; init; }

    /// <inheritdoc cref="CreateApiKeyRequest.Kind"/>
    public required string Kind { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <inheritdoc cref="CreateApiKeyRequest.ExpiresAt"/>
    public required DateTimeOffset? ExpiresAt { get; init; }
}
