namespace Licenzy.Portal;

/// <summary><c>GET /portal/ledger/verify</c>: the balances of a page of subjects, computed again from the ledger.</summary>
public sealed record LedgerVerificationResponse
{
    /// <summary>Subjects on this page.</summary>
    public required long Subjects { get; init; }

    /// <summary>Rights of these, each of which was computed again.</summary>
    public required long Entitlements { get; init; }

    /// <summary>What does not add up; empty where all is right.</summary>
    public required IReadOnlyList<LedgerDifference> Data { get; init; }

    /// <summary>Where the next page begins; <see langword="null"/> on the last one.</summary>
    public required string? NextCursor { get; init; }
}

/// <summary>A number that is another in the ledger.</summary>
public sealed record LedgerDifference
{
    /// <summary>Whose.</summary>
    public required string SubjectRef { get; init; }

    /// <summary><c>test</c> or <c>live</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>The right.</summary>
    public required string EntitlementId { get; init; }

    /// <summary>
    /// <c>balance</c>: the units left, against the ledger; <c>balance_after</c>: the units left, against the ledger's last row; <c>held</c>: the units held, against the ledger; <c>holds</c>: the units held,
    /// against the open holds.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>What is recorded with the right.</summary>
    public required long Recorded { get; init; }

    /// <summary>What it adds up to.</summary>
    public required long Computed { get; init; }
}
