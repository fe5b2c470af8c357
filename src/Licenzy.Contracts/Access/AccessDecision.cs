namespace Licenzy.Access;

/// <summary>Where a decision came from.</summary>
public enum DecisionSource
{
    /// <summary>The server answered just now.</summary>
    Live,

    /// <summary>A remembered answer within its lifetime.</summary>
    Cache,

    /// <summary>A remembered answer past its lifetime, used because the server could not be reached.</summary>
    Stale,

    /// <summary>No answer at all: what the application configured for that case.</summary>
    Fallback,
}

/// <summary>May this subject proceed, and why?</summary>
public sealed record AccessDecision
{
    /// <summary>Whether the subject may proceed.</summary>
    public required bool Allowed { get; init; }

    /// <summary>Where the decision came from.</summary>
    public required DecisionSource Source { get; init; }

    /// <summary>When the server gave it.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>The instant from which it may be wrong by time alone; <see langword="null"/> if never.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>The server's reason, such as <c>subscription_active</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The subject's version the decision was made on.</summary>
    public long? SubjectVersion { get; init; }
}
