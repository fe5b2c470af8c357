using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Hosting;

/// <summary>The caller's <c>Idempotency-Key</c>: 1 to 255 visible ASCII characters, or none.</summary>
internal sealed record IdempotencyKey(string? Value) : IBindableFromHttpContext<IdempotencyKey>
{
    private const int Longest = 255;

    public static ValueTask<IdempotencyKey?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<IdempotencyKey?>(context.Request.Headers[LicenzyHeaders.IdempotencyKey] switch
        {
            [] => new IdempotencyKey((string?)null),
            [{ Length: > 0 and <= Longest } key] when key.All(letter => letter is > ' ' and <= '~') => new IdempotencyKey(key),
            _ => throw Refused("must be 1 to 255 visible ASCII characters, once."),
        });

    /// <summary>Refuses a call without a key, on the routes where a repeat would cost money.</summary>
    public IdempotencyKey Required() => Value is null ? throw Refused("is required: a repeat of this call must not take effect twice.") : this;

    private static RefusedException Refused(string message) => new(Refusal.InvalidRequest(LicenzyHeaders.IdempotencyKey, message));
}

/// <summary>In a route's metadata: a call without an Idempotency-Key is refused.</summary>
internal sealed record RequiredIdempotencyKey;

/// <summary>Tells the document what the handler asks of <see cref="IdempotencyKey.Required"/>.</summary>
internal static class IdempotencyKeyConventions
{
    public static TBuilder RequiringIdempotencyKey<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RequiredIdempotencyKey());
}
