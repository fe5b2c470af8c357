using System.Text.Json;

namespace Licenzy.Access;

/// <summary><c>GET /v1/customer/access/{subject_ref}</c>: the decision with the rights behind it.</summary>
public sealed record CustomerAccessResponse
{
    /// <summary>The subject that was asked about.</summary>
    public required string SubjectRef { get; init; }

    /// <summary>The same as <c>allowed</c> of the access check, always.</summary>
    public required bool HasAccess { get; init; }

    /// <summary>The status of the best entitlement, or <c>none</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Grows with every change of the subject; 0 for an unknown one.</summary>
    public required long Version { get; init; }

    /// <summary>The instant this answer holds for.</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>The earliest instant at which any member can change by time alone; <see langword="null"/> if none.</summary>
    public required DateTimeOffset? NextChangeAt { get; init; }

    /// <summary>Every right, ended ones included, best first.</summary>
    public required IReadOnlyList<EntitlementSummary> Entitlements { get; init; }
}

/// <summary>One right, as the access summary shows it.</summary>
public sealed record EntitlementSummary
{
    /// <summary><c>ent_</c> and a ULID.</summary>
    public required string Id { get; init; }

    /// <summary>The product that gave the right.</summary>
    public required string ProductCode { get; init; }

    /// <summary><c>subscription</c>, <c>time_pass</c> or <c>usage_pack</c>.</summary>
    public required string Kind { get; init; }

    /// <summary><c>active, trialing, past_due, paused, canceled, expired, suspended</c> or <c>revoked</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Whether the right is usable now.</summary>
    public required bool Available { get; init; }

    /// <summary>Why it is, or is not; such as <c>subscription_active</c> or <c>past_due_grace_ended</c>.</summary>
    public required string AvailabilityReason { get; init; }

    /// <summary>Units left; <see langword="null"/> where the right has no units.</summary>
    public required long? UsageRemaining { get; init; }

    /// <summary>When the right begins to hold.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>When it ends if nothing happens; <see langword="null"/> where no end is known.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The end of the paid period of a subscription.</summary>
    public required DateTimeOffset? CurrentPeriodEnd { get; init; }

    /// <summary>Whether the subscription will not renew.</summary>
    public required bool CancelAtPeriodEnd { get; init; }

    /// <summary>When access drops, inside a grace (dunning, or a scheduled cancel); otherwise <see langword="null"/>.</summary>
    public required DateTimeOffset? GracePeriodEndsAt { get; init; }

    /// <summary>What the product's plan grants, by feature code; empty where the product has no plan.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Features { get; init; }
}
