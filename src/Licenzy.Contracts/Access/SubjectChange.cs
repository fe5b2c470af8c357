namespace Licenzy.Access;

/// <summary>Something about a subject is no longer what it was, or nothing is certain any more: an item of <see cref="ILicenzyClient.FollowChangesAsync"/>.</summary>
public sealed record SubjectChange
{
    /// <summary>Whose rights changed; <see langword="null"/> on a reset.</summary>
    public string? SubjectRef { get; init; }

    /// <summary>The subject's version since; answers from a lower one are old. <see langword="null"/> on a reset.</summary>
    public long? Version { get; init; }

    /// <summary>When the subject's rights change by time alone; <see langword="null"/> if never, and on a reset.</summary>
    public DateTimeOffset? NextChangeAt { get; init; }

    /// <summary>Changes may have been missed: drop everything that was remembered, of every subject.</summary>
    public bool IsReset { get; init; }

    /// <summary>Where to go on after this one; opaque. <see langword="null"/> where the server has not named a place yet.</summary>
    public string? Position { get; init; }
}
