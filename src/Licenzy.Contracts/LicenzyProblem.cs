namespace Licenzy;

/// <summary>The body of every refusal on <c>/v1</c> and <c>/portal</c>: RFC 9457 problem details with Licenzy's stable code.</summary>
public sealed record LicenzyProblem
{
    /// <summary><c>urn:licenzy:error:</c> followed by <see cref="Error"/>.</summary>
    public required string Type { get; init; }

    /// <summary>One short sentence, the same for every occurrence of the code.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status, 400 to 599.</summary>
    public required int Status { get; init; }

    /// <summary>What happened this time and what to do about it.</summary>
    public required string Detail { get; init; }

    /// <summary>The stable code a program may switch on, such as <c>insufficient_usage</c>; see <see cref="ErrorCodes"/>.</summary>
    public required string Error { get; init; }

    /// <summary>The request's id, as in the <c>X-Request-ID</c> header: quote it to support.</summary>
    public required string RequestId { get; init; }

    /// <summary>The members that were refused, each with why; <see langword="null"/> where no single member is to blame.</summary>
    public IReadOnlyList<FieldError>? Errors { get; init; }
}

/// <summary>One refused member of a request.</summary>
public sealed record FieldError
{
    /// <summary>The member's name as on the wire, or the header's or parameter's name.</summary>
    public required string Field { get; init; }

    /// <summary>What is wrong with it and what would be right.</summary>
    public required string Message { get; init; }
}
