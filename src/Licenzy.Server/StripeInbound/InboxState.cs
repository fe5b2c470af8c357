using Licenzy.Domain.Billing;

namespace Licenzy.Server.StripeInbound;

/// <summary>Where an event of the inbox stands.</summary>
internal enum InboxStatus
{
    /// <summary>Done with: it took effect, or none was left to take.</summary>
    Applied,

    /// <summary>Nothing here fits it yet.</summary>
    Unmatched,

    /// <summary>Stripe must be asked first.</summary>
    Pending,

    /// <summary>It could not be applied.</summary>
    Failed,
}

/// <summary>What became of an event.</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Note">Why, for operators.</param>
/// <param name="Look">The look at Stripe that is owed.</param>
/// <param name="NextTryAt">When it is tried again by itself, in Unix milliseconds; <see langword="null"/> for no more.</param>
internal sealed record InboxState(InboxStatus Status, string? Note, StripeLook? Look, long? NextTryAt);

/// <summary>What applying an event came to.</summary>
/// <param name="Unmatched">Why nothing here fits it; <see langword="null"/> where something does.</param>
/// <param name="Look">The look at Stripe that is owed.</param>
internal readonly record struct Effect(string? Unmatched, StripeLook? Look)
{
    public static Effect Done { get; }

    public static Effect NoMatch(string why) => new(why, null);

    public static Effect Owing(StripeLook? look) => new(null, look);
}

/// <summary>When the inbox tries again by itself.</summary>
internal static class InboxSchedule
{
    private static readonly TimeSpan[] Looks =
        [TimeSpan.Zero, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(20), TimeSpan.FromHours(1)];

    // What an event belongs to may be committing at this very moment, or come within the day; later a replay is a person's decision.
    private static readonly TimeSpan[] Matches =
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromHours(24)];

    /// <summary>What operators read of an event whose application failed.</summary>
    public const string NotApplied = "It could not be applied; the server's log says why.";

    /// <summary>The bound on tries of one event: at an hour each, a week.</summary>
    public const int MostTries = 170;

    /// <summary>What follows from applying an event. Tries at one thing do not count against another: a look that had to be repeated leaves all the time to find a match.</summary>
    /// <param name="effect">What applying it came to.</param>
    /// <param name="was">Where it stood; <see langword="null"/> where it is new.</param>
    /// <param name="tries">How often it was tried there.</param>
    /// <param name="now">The time.</param>
    public static InboxState After(Effect effect, InboxStatus? was, long tries, DateTimeOffset now) => effect switch
    {
        { Look: { } look } => new InboxState(InboxStatus.Pending, look.Why, look, At(Looks, was == InboxStatus.Pending ? tries : 0, now)),
        { Unmatched: { } why } => Unmatched(why, was == InboxStatus.Unmatched ? tries : 0, now),
        _ => new InboxState(InboxStatus.Applied, null, null, null),
    };

    /// <summary>After a failure: tried again, up to the bound.</summary>
    public static InboxState AfterFailure(string why, StripeLook? look, long tries, DateTimeOffset now) =>
        new(look is null || tries >= MostTries ? InboxStatus.Failed : InboxStatus.Pending, why, look, tries >= MostTries ? null : At(Looks, Math.Max(1, tries), now));

    private static InboxState Unmatched(string why, long tries, DateTimeOffset now) =>
        new(InboxStatus.Unmatched, why, null, tries < Matches.Length ? At(Matches, tries, now) : null);

    private static long At(TimeSpan[] schedule, long tries, DateTimeOffset now) =>
        (now + schedule[Math.Min(tries, schedule.Length - 1)]).ToUnixTimeMilliseconds();
}
