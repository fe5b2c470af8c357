namespace Licenzy;

/// <summary>One page of a list, newest first.</summary>
/// <typeparam name="T">What is listed.</typeparam>
public sealed record Page<T>
{
    /// <summary>At most <c>limit</c> entries (1–100, default 25).</summary>
    public required IReadOnlyList<T> Data { get; init; }

    /// <summary>Give it back as <c>?cursor=</c> for the next page; <see langword="null"/> on the last.</summary>
    public required string? NextCursor { get; init; }
}
