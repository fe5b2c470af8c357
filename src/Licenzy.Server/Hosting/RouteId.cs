using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Hosting;

/// <summary>An <c>{id}</c>, or <c>{attempt_id}</c> or <c>{entitlement_id}</c>, in a route: prefix and ULID. What cannot be one of ours is answered like one that is not there.</summary>
internal sealed record RouteId(string Value) : IBindableFromHttpContext<RouteId>
{
    private const int Longest = 40;

    public static ValueTask<RouteId?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        (context.Request.RouteValues["id"] ?? context.Request.RouteValues["attempt_id"] ?? context.Request.RouteValues["entitlement_id"]) is string { Length: > 0 and <= Longest } id && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
            ? ValueTask.FromResult<RouteId?>(new RouteId(id))
            : throw new RefusedException(Refusal.NotFound);
}
