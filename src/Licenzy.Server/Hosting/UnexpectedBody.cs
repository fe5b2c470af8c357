using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Hosting;

/// <summary>
/// Refuses a body on a route that takes none: whoever sends one believes that it says something, such as <c>dry_run</c>. An empty object says nothing
/// and is taken for none, since some clients cannot send less.
/// </summary>
internal static class UnexpectedBody
{
    private const int Longest = 64;

    /// <summary>The route with its body looked at first, where it changes something and takes none.</summary>
    public static RequestDelegate Guarding(EndpointBuilder route, RequestDelegate inner) => !IsWithoutBody(route.Metadata) ? inner : async context =>
    {
        if (!await IsEmptyAsync(context).ConfigureAwait(false))
        {
            throw new RefusedException(Refusal.InvalidRequest("body", "must be left out, or be {}: this route takes none."));
        }

        await inner(context).ConfigureAwait(false);
    };

    // What answers for no route has no methods; Stripe's events are read by their own rule.
    private static bool IsWithoutBody(IList<object> metadata) =>
        metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods is { Count: > 0 } methods
        && !methods.All(method => HttpMethods.IsGet(method) || HttpMethods.IsHead(method))
        && !metadata.OfType<RequestShape>().Any()
        && metadata.OfType<RequiredCredentials>().LastOrDefault()?.Rule != CredentialsRule.StripeSignature;

    private static async Task<bool> IsEmptyAsync(HttpContext context)
    {
        try
        {
            var said = (await RawBody.ReadAsync(context, Longest).ConfigureAwait(false)).Where(letter => letter is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'));
            return said.ToArray() is [] or [(byte)'{', (byte)'}'];
        }
        catch (RefusedException tooLarge) when (tooLarge.Refusal.Status == StatusCodes.Status413PayloadTooLarge)
        {
            return false;
        }
    }
}
