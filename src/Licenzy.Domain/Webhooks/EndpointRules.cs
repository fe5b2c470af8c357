namespace Licenzy.Domain.Webhooks;

/// <summary>Why nothing is sent to an endpoint.</summary>
public enum DisabledReason
{
    /// <summary>Somebody switched it off.</summary>
    Operator,

    /// <summary>It answered 410.</summary>
    Gone,

    /// <summary>Five days of nothing but failures.</summary>
    Failing,
}

/// <summary>How an endpoint has been doing.</summary>
/// <param name="FailingSince">The first failed try since the last good one.</param>
/// <param name="Disabled">Why it is to be disabled, where it is.</param>
public sealed record EndpointStanding(DateTimeOffset? FailingSince, DisabledReason? Disabled = null);

/// <summary>What follows from a try for its endpoint.</summary>
public static class EndpointRules
{
    /// <summary>How long an endpoint may fail before it is disabled; and how long what waits for a disabled one is kept.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(5);

    /// <summary>One good try clears it; 410, or five days without one, disables it. What was sent beside the 410 does not undo it.</summary>
    public static EndpointStanding After(EndpointStanding before, TryEnd end, DateTimeOffset now)
    {
        if (end.IsSent)
            return new EndpointStanding(null, before.Disabled == DisabledReason.Gone ? before.Disabled : null);
        var since = before.FailingSince ?? now;
        return new EndpointStanding(since, before.Disabled ?? (end.IsGone ? DisabledReason.Gone : now - since >= Patience ? DisabledReason.Failing : null));
    }
}
