using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Hosting;

/// <summary>What has no route here: 404, or 405 with <c>Allow</c> where the path exists under other methods, both as problem details.</summary>
internal static class UnknownRoutes
{
    // Parsed once: whoever asks for nonsense must not make the server parse every route each time.
    private static readonly ConditionalWeakTable<RouteEndpoint, TemplateMatcher> Matchers = [];

    public static IEndpointConventionBuilder MapUnknown(this IEndpointRouteBuilder group) =>
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
        return methods is [] ? Refusal.NotFound : Refusal.MethodNotAllowed(context, methods);
    }

    private static bool Matches(RouteEndpoint endpoint, PathString path) =>
        Matchers.GetValue(endpoint, known => new TemplateMatcher(TemplateParser.Parse(known.RoutePattern.RawText?.TrimStart('/') ?? ""), [])).TryMatch(path, []);
}
