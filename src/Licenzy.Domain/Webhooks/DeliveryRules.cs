namespace Licenzy.Domain.Webhooks;

/// <summary>Where a delivery stands.</summary>
public enum DeliveryStatus
{
    /// <summary>Not tried yet, or put back.</summary>
    Pending,

    /// <summary>The last try failed and another is due.</summary>
    Failed,

    /// <summary>Nothing more by itself.</summary>
    Dead,

    /// <summary>The receiver took it.</summary>
    Sent,
}

/// <summary>How a try ended.</summary>
/// <param name="HttpStatus">What the receiver answered; <see langword="null"/> where it did not.</param>
/// <param name="RetryAfter">How long it asked to be left alone.</param>
public sealed record TryEnd(int? HttpStatus, TimeSpan? RetryAfter = null)
{
    /// <summary>2xx and nothing else: a redirect is not followed, and is a failure.</summary>
    public bool IsSent => HttpStatus is >= 200 and <= 299;

    /// <summary>410: the receiver wants nothing any more.</summary>
    public bool IsGone => HttpStatus == 410;
}

/// <summary>What becomes of a delivery.</summary>
/// <param name="Status">Sent, failed or dead.</param>
/// <param name="NextAttemptAt">When it is tried again; only where it failed.</param>
public sealed record DeliveryVerdict(DeliveryStatus Status, DateTimeOffset? NextAttemptAt);

/// <summary>What follows from a try for its delivery.</summary>
public static class DeliveryRules
{
    /// <summary>Sent, to be tried again, or dead.</summary>
    /// <param name="end">How the try ended.</param>
    /// <param name="tries">How many were made of this budget, this one included.</param>
    /// <param name="schedule">The delays between them.</param>
    /// <param name="now">When it ended.</param>
    /// <param name="chance">From 0 to 1, see <see cref="DeliverySchedule.Next"/>.</param>
    public static DeliveryVerdict After(TryEnd end, long tries, DeliverySchedule schedule, DateTimeOffset now, double chance)
    {
        if (end.IsSent)
            return new DeliveryVerdict(DeliveryStatus.Sent, null);
        var next = schedule.Next(tries, now, chance, end.RetryAfter);
        return new DeliveryVerdict(next is null ? DeliveryStatus.Dead : DeliveryStatus.Failed, next);
    }
}
