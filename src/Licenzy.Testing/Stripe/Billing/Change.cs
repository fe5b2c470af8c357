namespace Licenzy.Testing;

/// <summary>A new state and the events that tell of it.</summary>
internal sealed record Change<T>(T State, IReadOnlyList<PendingEvent> Events);
