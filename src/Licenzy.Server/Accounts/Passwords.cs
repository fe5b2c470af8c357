using Microsoft.AspNetCore.Identity;

namespace Licenzy.Server.Accounts;

/// <summary>Passwords are stored as ASP.NET Core Identity stores them: PBKDF2 with a salt each.</summary>
internal sealed class Passwords
{
    public const int Shortest = 12;
    public const int Longest = 256;

    private readonly PasswordHasher<object> _hasher = new();
    private readonly string _nobody;

    public Passwords() => _nobody = Hash("nobody has this password");

    public string Hash(string password) => _hasher.HashPassword(this, password);

    /// <summary>Whether the password fits; without a hash as slow as with one, so that time does not tell who exists (SECURITY T23).</summary>
    public bool Fits(string? hash, string password) =>
        _hasher.VerifyHashedPassword(this, hash ?? _nobody, password) != PasswordVerificationResult.Failed && hash is not null;
}
