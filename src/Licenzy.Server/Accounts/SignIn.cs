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

    public async Task<OperatorRow> WhoAsync(SignInRequest request, HttpContext context)
    {
        string[] keys = [$"account:{OperatorStore.KeyOf(request.Email)}", $"address:{context.Connection.RemoteIpAddress}"];
        if (throttle.Begin(keys) is { } wait)
        {
            throw new RefusedException(new Refusal(StatusCodes.Status429TooManyRequests, ErrorCodes.RateLimited, "Too many failed sign-ins. Wait a little.")
            {
                RetryAfterSeconds = (int)Math.Ceiling(wait.TotalSeconds),
            });
        }

        var person = await db.ReadAsync(session => OperatorStore.FindByEmailAsync(session, request.Email), context.RequestAborted).ConfigureAwait(false);
        if (!passwords.Fits(person?.PasswordHash, request.Password))
        {
            throw new RefusedException(Wrong);
        }

        throttle.Succeeded(keys);
        return person!;
    }
}
