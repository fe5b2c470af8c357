namespace Licenzy.Portal;

/// <summary><c>POST /portal/admin-keys</c>: a key for scripts and the command line.</summary>
public sealed record CreateAdminKeyRequest
{
    /// <summary>What the key is for, 1–100 characters.</summary>
    public required string Name { get; init; }
}

/// <summary>An admin key as it may be shown: without its secret part.</summary>
public sealed record AdminKeyResponse
{
    /// <summary><c>key_</c> and a ULID.</summary>
    public required string Id { get; init; }

    /// <summary><c>lz_admin_</c>.</summary>
    public required string Prefix { get; init; }

    /// <summary>Its last four characters.</summary>
    public required string Last4 { get; init; }

    /// <inheritdoc cref="CreateAdminKeyRequest.Name"/>
    public required string Name { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last used, to the minute; <see langword="null"/> if never.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>When it was revoked; <see langword="null"/> if it was not.</summary>
    public required DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>An admin key just made: the only time its secret is shown.</summary>
public sealed record AdminKeyCreatedResponse
{
    /// <inheritdoc cref="AdminKeyResponse.Id"/>
    public required string Id { get; init; }

    /// <summary>The whole key. Keep it now: it is not stored and cannot be shown again.</summary>
    public required string Key { get; init; }

    /// <inheritdoc cref="AdminKeyResponse.Prefix"/>
    public required string Prefix { get; init; }

    /// <inheritdoc cref="AdminKeyResponse.Last4"/>
    public required string Last4 { get; init; }

    /// <inheritdoc cref="CreateAdminKeyRequest.Name"/>
    public required string Name { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
