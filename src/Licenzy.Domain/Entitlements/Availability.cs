namespace Licenzy.Domain.Entitlements;

/// <summary>Whether a right is usable at an instant, why, and until when that holds by itself.</summary>
/// <param name="IsAvailable">Whether it is usable.</param>
/// <param name="Reason">Why.</param>
/// <param name="ChangesAt">The next instant at which either can change by time alone; <see langword="null"/> if never.</param>
public readonly record struct Availability(bool IsAvailable, Reason Reason, DateTimeOffset? ChangesAt)
{
    /// <summary>Usable, with no end in sight.</summary>
    public static Availability Yes(Reason reason) => new(true, reason, null);

    /// <summary>Usable until an instant; without one, with no end in sight.</summary>
    public static Availability Until(DateTimeOffset? end, Reason reason) => new(true, reason, end);

    /// <summary>Not usable, and time alone does not change that.</summary>
    public static Availability No(Reason reason) => new(false, reason, null);

    /// <summary>Not usable before an instant.</summary>
    public static Availability NotBefore(DateTimeOffset start) => new(false, Reason.NotStarted, start);
}
