namespace Licenzy.Access;

/// <summary><c>POST /v1/access/check</c>: exactly one member. The mode is the key's.</summary>
public sealed record CheckAccessRequest
{
    /// <summary>Your own id of the customer, 1–255 characters, compared ordinally.</summary>
    public required string SubjectRef { get; init; }
}

/// <summary>The smallest access decision; 200 for true and for false.</summary>
public sealed record CheckAccessResponse
{
    /// <summary>The subject that was asked about.</summary>
    public required string SubjectRef { get; init; }

    /// <summary>Whether any right of the subject is usable now. An unknown subject is <see langword="false"/>.</summary>
    public required bool Allowed { get; init; }
}
