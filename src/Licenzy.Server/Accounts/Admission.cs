using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Accounts;

/// <summary>Puts the frame around a group of routes, with the callers it admits.</summary>
internal static class Admission
{
    /// <summary>Every route of the group asks this of its caller, before anything of the body is read (SECURITY T60).</summary>
    public static RouteGroupBuilder Admitting(this RouteGroupBuilder group, CredentialsRule rule) =>
        group.WithMetadata(new RequiredCredentials(rule))
            .Framed(context => AdmitAsync(context, rule));

    // A good key's calls count however they end; a bad one is refused without a place in the limit's memory.
    private static async Task<Refusal?> AdmitAsync(HttpContext context, CredentialsRule rule)
    {
        var refusal = await context.RequestServices.GetRequiredService<Credentials>().CheckAsync(context, rule).ConfigureAwait(false);
        return context.Features.Get<KnownKey>() is { } key && context.GetEndpoint()?.Metadata.GetMetadata<OutsideRateLimit>() is null
            ? context.RequestServices.GetRequiredService<RateLimits>().Take(key.Id) ?? refusal
            : refusal;
    }
}
