using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Hosting;

/// <summary>What has no route here: 404, or 405 with <c>Allow</c> where the path exists under other methods, both as problem details.</summary>
internal static class UnknownRoutes
{
    public static void MapUnknown(this IEndpointRouteBuilder group) =>
        group.Map("/{**rest}", (HttpContext context) => (IResult)AnswerFor(context)).WithOrder(int.MaxValue).ExcludeFromDescription();

    private static Refusal AnswerFor(HttpContext context)
    {
        var methods = context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Order != int.MaxValue && Matches(endpoint, context.Request.Path))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (methods is [])
        {
            return Refusal.NotFound;
        }

        context.Response.Headers.Allow = string.Join(", ", methods);
        return new Refusal(StatusCodes.Status405MethodNotAllowed, ErrorCodes.MethodNotAllowed, $"This route takes {string.Join(", ", methods)}.");
    }

    private static bool Matches(RouteEndpoint endpoint, PathString path) =>
        endpoint.RoutePattern.RawText is { } text
        && new TemplateMatcher(TemplateParser.Parse(text.TrimStart('/')), []).TryMatch(path, []);
}
