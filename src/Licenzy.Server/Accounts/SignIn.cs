using System.Net;
using Licenzy.Portal;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Accounts;

/// <summary>Finds the operator whose address and password these are, and never tells which of them was wrong (SECURITY T23).</summary>
internal sealed class SignIn(Db db, Passwords passwords, SignInThrottle throttle)
{
    // One answer, in one time, for an unknown address and for a wrong password.
    public static readonly Refusal Wrong = new(
        StatusCodes.Status401Unauthorized, ErrorCodes.InvalidSession, "The e-mail address and the password do not fit.");

    /// <summary>
    /// What failures are counted under: the account, and the caller's address. Loopback is nobody's address: behind a proxy on this machine it is
    /// everybody's, and five wrong passwords from anywhere would lock all operators out. Not every proxy says that it is one.
    /// </summary>
    public static IReadOnlyList<string> KeysOf(string email, IPAddress? address)
    {
        var account = $"account:{OperatorStore.KeyOf(email)}";
        return address is null || LocalCaller.IsLoopback(address) ? [account] : [account, $"address:{address}"];
    }

    public async Task<OperatorRow> WhoAsync(SignInRequest request, HttpContext context) =>
        await ProvedAsync(request.Email, request.Password, session => OperatorStore.FindByEmailAsync(session, request.Email), context).ConfigureAwait(false)
            ?? throw new RefusedException(Wrong);

    /// <summary>The operator, where the password is theirs. Every other try counts as a failure, of whoever is signed in too.</summary>
    public async Task<OperatorRow?> ProvedAsync(string email, string password, Func<Session, Task<OperatorRow?>> find, HttpContext context)
    {
        var keys = KeysOf(email, context.Connection.RemoteIpAddress);
        if (throttle.Begin(keys) is { } wait)
        {
            throw new RefusedException(new Refusal(StatusCodes.Status429TooManyRequests, ErrorCodes.RateLimited, "Too many wrong passwords. Wait a little.")
            {
                RetryAfterSeconds = (int)Math.Ceiling(wait.TotalSeconds),
            });
        }

        try
        {
            var person = await db.ReadAsync(find, context.RequestAborted).ConfigureAwait(false);
            if (!await passwords.FitsAsync(person?.PasswordHash, password, context.RequestAborted).ConfigureAwait(false))
            {
                return null;
            }

            throttle.Succeeded(keys);
            return person;
        }
        catch (Exception untried) when (untried is RefusedException or StorageUnavailableException)
        {
            // Nobody learned whether the password fits.
            throttle.Succeeded(keys);
            throw;
        }
    }
}
