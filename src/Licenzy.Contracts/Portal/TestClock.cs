namespace Licenzy.Portal;

/// <summary><c>PUT /portal/test-clock</c>: moves the clock of test mode on, to an instant or by so much. It takes exactly one of the two.</summary>
public sealed record MoveTestClockRequest
{
    /// <summary>The instant it shall show: not before what it shows, and at most ten years ahead of real time.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>So many seconds on, 1 to 315,360,000.</summary>
    public long? AdvanceSeconds { get; init; }
}

/// <summary>The clock by which the rights of test mode are decided.</summary>
public sealed record TestClockResponse
{
    /// <summary>What it shows.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>How far it is ahead of real time, in whole seconds.</summary>
    public required long OffsetSeconds { get; init; }

    /// <summary>Whether it was moved; otherwise it shows real time.</summary>
    public required bool IsSet { get; init; }
}
