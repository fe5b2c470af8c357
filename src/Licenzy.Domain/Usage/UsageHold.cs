namespace Licenzy.Domain.Usage;

/// <summary>What became of a hold.</summary>
public enum HoldStatus
{
    /// <summary>Its units are set aside.</summary>
    Open,

    /// <summary>Its units were consumed, all or some of them.</summary>
    Committed,

    /// <summary>Its units were given back.</summary>
    Released,

    /// <summary>Its time was over, and its units came back by themselves.</summary>
    Expired,
}

/// <summary>What a hold set aside of one right.</summary>
/// <param name="EntitlementId">The right.</param>
/// <param name="Units">Units of it, at least 1.</param>
/// <param name="PeriodStart">The start of the period they are of; <see langword="null"/> where they are no subscription's.</param>
public sealed record HeldUnits(string EntitlementId, long Units, DateTimeOffset? PeriodStart);

/// <summary>Units set aside for one piece of work.</summary>
/// <param name="Id"><c>hld_</c> and a ULID.</param>
/// <param name="Units">All units of it.</param>
/// <param name="Status">As it was recorded; its time may be over meanwhile.</param>
/// <param name="ExpiresAt">When its units come back by themselves.</param>
/// <param name="Parts">The rights they came from.</param>
public sealed record UsageHold(string Id, long Units, HoldStatus Status, DateTimeOffset ExpiresAt, IReadOnlyList<HeldUnits> Parts);
