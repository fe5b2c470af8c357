namespace Licenzy.Portal;

/// <summary><c>POST /portal/session</c>: signs an operator in.</summary>
public sealed record SignInRequest
{
    /// <summary>The operator's e-mail address; upper and lower case are one.</summary>
    public required string Email { get; init; }

    /// <summary>The operator's password.</summary>
    public required string Password { get; init; }
}

/// <summary><c>POST /portal/operators</c>: a further person who may sign in.</summary>
public sealed record CreateOperatorRequest
{
    /// <summary>An e-mail address nobody has yet, at most 254 characters.</summary>
    public required string Email { get; init; }

    /// <summary>12 to 256 characters.</summary>
    public required string Password { get; init; }
}

/// <summary><c>POST /portal/password</c>: the signed-in operator's own password.</summary>
public sealed record ChangePasswordRequest
{
    /// <summary>The password until now.</summary>
    public required string Current { get; init; }

    /// <summary>The password from now on, 12 to 256 characters. Other sessions of the operator end.</summary>
    public required string New { get; init; }
}

/// <summary>A person who may sign in.</summary>
public sealed record OperatorResponse
{
    /// <summary><c>opr_</c> and a ULID.</summary>
    public required string Id { get; init; }

    /// <summary>The e-mail address.</summary>
    public required string Email { get; init; }

    /// <summary>When the operator was added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
