namespace Licenzy.Usage;

/// <summary><c>POST /v1/usage/hold</c>: sets all units aside or none, for work whose outcome is not known yet.</summary>
public sealed record HoldUsageRequest
{
    /// <summary>Your own id of the customer, 1–255 characters, compared ordinally.</summary>
    public required string SubjectRef { get; init; }

    /// <summary>Units to set aside, 1 to 1,000,000,000.</summary>
    public required long Units { get; init; }

    /// <summary>When they come back by themselves, 1 to 86,400; 300 where absent.</summary>
    public long? ExpiresInSeconds { get; init; }
}

/// <summary>What is set aside.</summary>
public sealed record HoldUsageResponse
{
    /// <summary><c>hld_</c> and a ULID; commit or release it.</summary>
    public required string HoldId { get; init; }

    /// <summary>Units set aside.</summary>
    public required long Units { get; init; }

    /// <summary>Units left over all usable rights of the subject, without those that are held.</summary>
    public required long UsageRemaining { get; init; }

    /// <summary>When they come back by themselves.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary><c>POST /v1/usage/hold/{id}/commit</c>: the work is done; answered like a consumption.</summary>
public sealed record CommitHoldRequest
{
    /// <summary>Units to consume, 1 to as many as are held; all of them where absent. The rest comes back.</summary>
    public long? Units { get; init; }
}

/// <summary><c>POST /v1/usage/hold/{id}/release</c>: what came back.</summary>
public sealed record ReleaseHoldResponse
{
    /// <summary>Always <see langword="true"/>: a refusal is an error, not an answer.</summary>
    public required bool Ok { get; init; }

    /// <summary>Units that are no longer held.</summary>
    public required long Released { get; init; }

    /// <summary>Units left over all usable rights of the subject.</summary>
    public required long UsageRemaining { get; init; }

    /// <summary>The hold.</summary>
    public required string HoldId { get; init; }
}
