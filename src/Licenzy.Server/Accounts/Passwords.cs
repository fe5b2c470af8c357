using System.Threading.RateLimiting;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Identity;

namespace Licenzy.Server.Accounts;

/// <summary>
/// Passwords are stored as ASP.NET Core Identity stores them: PBKDF2 with a salt each. That is slow on purpose, and anybody may ask for it by trying
/// to sign in: a few are worked on at a time, a few wait, and what comes on top is refused, so that everything else goes on.
/// </summary>
internal sealed class Passwords : IDisposable
{
    public const int Shortest = 12;
    public const int Longest = 256;

    private static readonly Refusal Full = Refusal.Unavailable("Too many are signing in at this moment. Try again in a moment.");

    private readonly PasswordHasher<object> _hasher = new();
    private readonly ConcurrencyLimiter _work;

    // Slow to make, so not at the start. Whoever signs in first waits for it, whether there is such an operator or not.
    private readonly Lazy<string> _nobody;

    public Passwords()
        : this(atATime: Environment.ProcessorCount, waiting: 32)
    {
    }

    internal Passwords(int atATime, int waiting)
    {
        _work = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = atATime, QueueLimit = waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });
        _nobody = new Lazy<string>(() => Hash("nobody has this password"));
    }

    /// <summary>For the first start, which nobody else can ask for.</summary>
    public string Hash(string password) => _hasher.HashPassword(this, password);

    public Task<string> HashAsync(string password, CancellationToken cancellationToken) => WorkAsync(() => Hash(password), cancellationToken);

    /// <summary>Whether the password fits; without a hash as slow as with one, so that time does not tell who exists (SECURITY T23).</summary>
    public Task<bool> FitsAsync(string? hash, string password, CancellationToken cancellationToken) => WorkAsync(
        () =>
        {
            var nobody = _nobody.Value;
            return _hasher.VerifyHashedPassword(this, hash ?? nobody, password) != PasswordVerificationResult.Failed && hash is not null;
        },
        cancellationToken);

    public void Dispose() => _work.Dispose();

    private async Task<T> WorkAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        using var place = await _work.AcquireAsync(1, cancellationToken).ConfigureAwait(false);
        return place.IsAcquired ? work() : throw new RefusedException(Full);
    }
}
