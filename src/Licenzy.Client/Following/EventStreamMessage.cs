namespace Licenzy.Following;

/// <summary>An event of a stream as it was sent, also one without data.</summary>
internal sealed class EventStreamMessage(string? name, string? id, string data)
{
    /// <summary>The field <c>event</c>; <see langword="null"/> where absent.</summary>
    public string? Name { get; } = name;

    /// <summary>The field <c>id</c>; <see langword="null"/> where absent.</summary>
    public string? Id { get; } = id;

    /// <summary>The fields <c>data</c>, joined by line feeds.</summary>
    public string Data { get; } = data;
}
