using Licenzy.Access;

namespace Licenzy.AspNetCore;

/// <summary>How a gate decided.</summary>
public enum GateOutcome
{
    /// <summary>The subject has what was asked for.</summary>
    Granted,

    /// <summary>Nobody to ask about: 401.</summary>
    NoSubject,

    /// <summary>The subject lacks what was asked for: 402.</summary>
    NotEntitled,

    /// <summary>No decision could be had; closed: 503.</summary>
    Unavailable,
}

/// <summary>What the gate before this endpoint decided: <c>context.Features.Get&lt;EntitlementDecision&gt;()</c>.</summary>
/// <remarks>On an endpoint with several gates: the first that stayed closed, or the last of those that opened.</remarks>
public sealed record EntitlementDecision
{
    /// <summary>How the gate decided.</summary>
    public required GateOutcome Outcome { get; init; }

    /// <summary>The product or feature codes of which one was needed; empty where any usable right would do.</summary>
    public required IReadOnlyList<string> Required { get; init; }

    /// <summary>Whom the decision is about; <see langword="null"/> where nobody was found.</summary>
    public string? SubjectRef { get; init; }

    /// <summary>The server's reason, such as <c>subscription_active</c>; <see langword="null"/> where the subject never had such a right.</summary>
    public string? Reason { get; init; }

    /// <summary>The right that opened the gate, or the one that was not usable; <see langword="null"/> for a gate that asks for any right only.</summary>
    public EntitlementSummary? Entitlement { get; init; }

    /// <summary>Everything the subject holds; <see langword="null"/> for a gate that asks for any right only.</summary>
    public CustomerAccessResponse? Access { get; init; }

    /// <summary>How long the server asked to wait, where no decision could be had.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the gate opened.</summary>
    public bool Allowed => Outcome == GateOutcome.Granted;
}
