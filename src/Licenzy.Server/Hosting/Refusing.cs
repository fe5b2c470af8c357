using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Hosting;

/// <summary>What a route may answer besides its success, for the document.</summary>
internal static class Refusing
{
    public static TBuilder RefusingAlso<TBuilder>(this TBuilder route, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata([.. statuses.Select(status => new ProducesResponseTypeMetadata(status, typeof(LicenzyProblem), ["application/problem+json"]))]);

    /// <summary>404 for what is not there, or is not the caller's.</summary>
    public static TBuilder RefusingUnknown<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.RefusingAlso(StatusCodes.Status404NotFound);
}
