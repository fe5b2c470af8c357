using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Hosting.Limits;

/// <summary>
/// How many requests with a key are worked on at the same time: what comes on top is refused at once, never queued (SECURITY T39). Health and
/// Stripe's events take no slot, so that they are answered under any load.
/// </summary>
internal sealed class RequestSlots : IDisposable
{
    /// <summary>The answer where no slot is free.</summary>
    public static readonly Refusal Full = Refusal.Unavailable("The server has as much to do as it can. Try again in a moment.");

    private readonly ConcurrencyLimiter? _slots;

    public RequestSlots(IOptions<LicenzyServerOptions> options)
    {
        if (options.Value.RateLimiting.Concurrent is > 0 and var most)
        {
            _slots = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 });
        }
    }

    /// <summary>Takes a slot for the time of the request; <see langword="null"/> where the route needs none.</summary>
    public RateLimitLease? Take(HttpContext context) => Needs(context) ? _slots?.AttemptAcquire() : null;

    public void Dispose() => _slots?.Dispose();

    private static bool Needs(HttpContext context) =>
        context.GetEndpoint()?.Metadata is { } route
        && route.GetMetadata<RequiredCredentials>()?.Rule is CredentialsRule.RuntimeKey or CredentialsRule.Portal
        && route.GetMetadata<LastsLong>() is null;
}

/// <summary>A request that waits more than it works, and has a bound of its own.</summary>
internal sealed record LastsLong;

internal static class LastsLongConvention
{
    public static TBuilder LastingLong<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new LastsLong());
}
