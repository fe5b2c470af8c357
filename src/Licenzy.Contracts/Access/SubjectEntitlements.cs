namespace Licenzy.Access;

/// <summary><c>GET /v1/entitlements/{subject_ref}</c>: a page of what a subject holds and ever held, newest first.</summary>
public sealed record SubjectEntitlementsResponse
{
    /// <summary>The subject that was asked about.</summary>
    public required string SubjectRef { get; init; }

    /// <summary>At most <c>limit</c> rights (1–100, default 25), ended ones included; empty for an unknown subject.</summary>
    public required IReadOnlyList<EntitlementResponse> Entitlements { get; init; }

    /// <summary>Give it back as <c>?cursor=</c> for the next page; <see langword="null"/> on the last.</summary>
    public required string? NextCursor { get; init; }
}
