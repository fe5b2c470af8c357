using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Hosting.Limits;

/// <summary>
/// What each key may ask for: a bucket of permits (CONTRACT §0, SECURITY T39). Only a key that was found gets one, and the buckets have a bound, so
/// that nobody fills the memory.
/// </summary>
internal sealed class RateLimits(IOptions<LicenzyServerOptions> options, TimeProvider clock)
{
    public const int MostBuckets = 10_000;

    private readonly ConcurrentDictionary<string, TokenBucket> _buckets = new(StringComparer.Ordinal);
    private readonly Lock _tidying = new();
    private readonly int _perSecond = options.Value.RateLimiting.PermitsPerSecond;
    private readonly int _burst = options.Value.RateLimiting.Burst;

    public int Buckets => _buckets.Count;

    /// <summary>Takes one of the key's permits, or refuses.</summary>
    public Refusal? Take(string keyId)
    {
        if (_perSecond == 0)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        return BucketOf(keyId, now).TryTake(now) is { } wait
            ? new Refusal(StatusCodes.Status429TooManyRequests, ErrorCodes.RateLimited, $"A key may send {_perSecond} requests a second, and {_burst} at once after a pause.")
            {
                RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)),
            }
            : null;
    }

    private TokenBucket BucketOf(string keyId, DateTimeOffset now)
    {
        if (_buckets.TryGetValue(keyId, out var known))
        {
            return known;
        }

        lock (_tidying)
        {
            if (_buckets.Count >= MostBuckets)
            {
                MakeRoom(now);
            }

            return _buckets.GetOrAdd(keyId, _ => new TokenBucket(_perSecond, _burst, now));
        }
    }

    // First those that have filled up, which loses nothing; then a tenth that was not asked for longest, which gives those keys their burst again.
    private void MakeRoom(DateTimeOffset now)
    {
        foreach (var (idle, _) in _buckets.Where(bucket => bucket.Value.IsFull(now)).ToList())
        {
            _buckets.TryRemove(idle, out _);
        }

        if (_buckets.Count >= MostBuckets)
        {
            foreach (var (oldest, _) in _buckets.OrderBy(bucket => bucket.Value.AsOf).Take(MostBuckets / 10).ToList())
            {
                _buckets.TryRemove(oldest, out _);
            }
        }
    }
}

/// <summary>In a request's features once its key or session was found to be a good one: whom the limit counts.</summary>
/// <param name="Id">The key's id, or the operator's.</param>
internal sealed record KnownKey(string Id);

/// <summary>In a route's metadata: the limit of a key does not count it.</summary>
internal sealed record OutsideRateLimit;

/// <summary>Marks what must answer whatever else a key does.</summary>
internal static class RateLimitConventions
{
    public static TBuilder OutsideRateLimit<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new OutsideRateLimit());
}
