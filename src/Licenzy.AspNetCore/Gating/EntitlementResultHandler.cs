using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Licenzy.AspNetCore.Gating;

/// <summary>
/// Answers for a closed gate. ASP.NET Core would challenge an anonymous caller: an error without an authentication scheme,
/// a redirect to the login page with cookies. What fails for other reasons stays with the handler that was registered before.
/// </summary>
internal sealed class EntitlementResultHandler(IAuthorizationMiddlewareResultHandler inner, IOptions<LicenzyGatingOptions> options)
    : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (!authorizeResult.Succeeded
            && policy.Requirements.OfType<EntitlementRequirement>().Any()
            && context.Features.Get<EntitlementDecision>() is { Allowed: false } refusal
            && await IsOnlyReasonAsync(context, policy))
        {
            await Refusal.WriteAsync(context, refusal, options.Value.RetryAfter);
            return;
        }

        await inner.HandleAsync(next, context, policy, authorizeResult);
    }

    // A challenge does not say what failed. Where the application asks for more than our gate, its own requirements are asked
    // again, so that signing in comes before paying.
    private static async Task<bool> IsOnlyReasonAsync(HttpContext context, AuthorizationPolicy policy)
    {
        var others = policy.Requirements.Where(requirement => requirement is not EntitlementRequirement).ToList();
        if (others.Count == 0)
            return true;
        var authorization = context.RequestServices.GetRequiredService<IAuthorizationService>();
        return (await authorization.AuthorizeAsync(context.User, context, others)).Succeeded;
    }
}
