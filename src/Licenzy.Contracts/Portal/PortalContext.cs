namespace Licenzy.Portal;

/// <summary><c>GET /portal/me</c>: who is asking, and about which workspace.</summary>
public sealed record PortalContextResponse
{
    /// <summary>The account that owns the workspace.</summary>
    public required AccountResponse Account { get; init; }

    /// <summary>The workspace the other portal routes act on.</summary>
    public required WorkspaceResponse Workspace { get; init; }

    /// <summary>How the caller signed in.</summary>
    public required PortalSessionResponse Session { get; init; }

    /// <summary>Send it as <c>X-CSRF-Token</c> with cookie writes; <see langword="null"/> for an admin key, which needs none.</summary>
    public required string? CsrfToken { get; init; }
}

/// <summary>An account: owns workspaces.</summary>
public sealed record AccountResponse
{
    /// <summary><c>acc_</c> and a ULID.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A workspace: keys, products, connection and rights of one product line, in two modes that never mix.</summary>
public sealed record WorkspaceResponse
{
    /// <summary><c>ws_</c> and a ULID.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary><c>active</c> or <c>suspended</c>.</summary>
    public required string Status { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>How a portal caller signed in.</summary>
public sealed record PortalSessionResponse
{
    /// <summary><c>admin_key</c>, or <c>cookie</c> for a signed-in operator.</summary>
    public required string Kind { get; init; }

    /// <summary>The admin key's or operator's id.</summary>
    public required string Id { get; init; }

    /// <summary>The admin key's or operator's name.</summary>
    public required string Name { get; init; }
}
