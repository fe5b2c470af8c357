using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Entitlements;

/// <summary>What is decided about a subject, and on which version of it.</summary>
/// <param name="Version">The subject's version.</param>
/// <param name="Allowed">Whether it may proceed.</param>
/// <param name="Reason">Why; <see langword="null"/> where it has no right at all.</param>
/// <param name="FlipsAt">When that flips by time alone, in Unix milliseconds of real time; <see langword="null"/> if never.</param>
internal readonly record struct Decided(long Version, bool Allowed, Reason? Reason, long? FlipsAt);

/// <summary>
/// A subject's decisions from now on, in 24 bytes where there are two of them at most: one until an instant, and one after it. Whether a right has ended is
/// found at the moment of the question.
/// </summary>
internal readonly struct Snapshot
{
    private const long Never = long.MaxValue;
    private const byte AllowedBit = 0x80;

    // The version, then the two codes: a version of 48 bits lasts 8,900 years at a thousand changes a second.
    private readonly long _head;
    private readonly long _until;
    private readonly (long Until, byte Code)[]? _many;

    private Snapshot(long head, long until, (long, byte)[]? many) => (_head, _until, _many) = (head, until, many);

    public long Version => _head >> 16;

    /// <summary>Of rights as they were read at an instant; <see langword="null"/> where their decisions are too many to be kept.</summary>
    /// <param name="rights">The rights, with their version and how far the rules' clock is ahead.</param>
    /// <param name="now">Real time.</param>
    /// <param name="leeway">How long rights last past their end.</param>
    public static Snapshot? Of(SubjectRights rights, DateTimeOffset now, Leeway leeway)
    {
        if (DecisionSteps.From(rights.Rights, now.AddMilliseconds(rights.ClockOffset), leeway) is not { } steps)
            return null;
        var coded = steps.Select(step => (Until: Instant.Millis(step.Until) - rights.ClockOffset ?? Never, Code: CodeOf(step))).ToArray();
        var (first, second) = (coded[0], coded.Length > 1 ? coded[1] : coded[0]);
        return new Snapshot((rights.Version << 16) | ((long)first.Code << 8) | second.Code, first.Until, coded.Length > 2 ? coded : null);
    }

    /// <summary>The decision at an instant of real time.</summary>
    public Decided At(long now)
    {
        if (_many is not null)
            return At(_many, now);
        var (first, second) = ((byte)(_head >> 8), (byte)_head);
        return now >= _until ? Decide(second, null) : Decide(first, IsAllowed(first) == IsAllowed(second) ? null : _until);
    }

    private Decided At((long Until, byte Code)[] steps, long now)
    {
        var index = 0;
        while (steps[index].Until <= now)
            index++;
        var last = index;
        while (last + 1 < steps.Length && IsAllowed(steps[last + 1].Code) == IsAllowed(steps[index].Code))
            last++;
        return Decide(steps[index].Code, last + 1 < steps.Length ? steps[last].Until : null);
    }

    private Decided Decide(byte code, long? flipsAt) => new(Version, IsAllowed(code), ReasonOf(code), flipsAt);

    private static byte CodeOf(DecisionStep step) => (byte)((step.Allowed ? AllowedBit : 0) | (step.Reason is { } reason ? (int)reason + 1 : 0));

    private static bool IsAllowed(byte code) => (code & AllowedBit) != 0;

    private static Reason? ReasonOf(byte code) => (code & ~AllowedBit) is > 0 and var reason ? (Reason)(reason - 1) : null;
}
