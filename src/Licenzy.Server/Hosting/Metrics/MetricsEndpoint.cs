using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Hosting.Metrics;

/// <summary>What Prometheus scrapes (CONTRACT §6).</summary>
internal static class MetricsEndpoint
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder root) =>
        root.MapGet("/metrics", (MetricsCollector collector) => Results.Bytes(PrometheusText.Of(collector.Collect()), PrometheusText.ContentType))
            .WithSummary("Metrics in Prometheus' text format, for this machine or an admin key")
            .Produces<string>(contentType: "text/plain");
}
