using System.Reflection;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.StripeInbound;

/// <summary>Stripe's id of an event in a route. What cannot be one is answered like one that is not there.</summary>
internal sealed record StripeEventId(string Value) : IBindableFromHttpContext<StripeEventId>
{
    private const int Longest = 255;

    public static ValueTask<StripeEventId?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        SubjectRef.Routed(context, "id") is { Length: > 0 and <= Longest } id && id.All(letter => letter is > ' ' and <= '~')
            ? ValueTask.FromResult<StripeEventId?>(new StripeEventId(id))
            : throw new RefusedException(Refusal.NotFound);
}
