namespace Licenzy.Testing;

/// <summary>A new state and the events that tell of it.</summary>
internal sealed record Change<T>(T State, IReadOnlyList<PendingEvent> Events)
{
    /// <summary>What happens next: its state, and the events of both.</summary>
    public Change<T> Then(Func<Change<T>> next)
    {
        var after = next();
        return after with { Events = [.. Events, .. after.Events] };
    }
}
