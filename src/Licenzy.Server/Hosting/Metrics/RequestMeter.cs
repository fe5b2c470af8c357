using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Hosting.Metrics;

/// <summary>How long requests take, by route, method and status. The route is its template: what stands in the path is nobody's business here.</summary>
internal sealed class RequestMeter(Meter meter)
{
    private const int HungUp = 499;

    // OpenTelemetry's word for a method that is none of HTTP's.
    private const string OtherMethod = "_OTHER";

    private static readonly string[] Statuses = [.. Enumerable.Range(0, 600).Select(status => status.ToString(CultureInfo.InvariantCulture))];

    private readonly Histogram<double> _durations = meter.CreateHistogram(
        "http.server.request.duration", "s", "How long requests took to answer.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    public static long Begin() => Stopwatch.GetTimestamp();

    public void End(HttpContext context, RouteEndpoint? route, long begun)
    {
        if (!_durations.Enabled)
        {
            return;
        }

        var status = context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted ? HungUp : context.Response.StatusCode;
        _durations.Record(
            Stopwatch.GetElapsedTime(begun).TotalSeconds,
            new KeyValuePair<string, object?>("http.request.method", Method(context.Request.Method)),
            new KeyValuePair<string, object?>("http.route", route?.RoutePattern.RawText ?? ""),
            new KeyValuePair<string, object?>("http.response.status_code", Statuses[Math.Clamp(status, 0, Statuses.Length - 1)]));
    }

    private static string Method(string method) => method switch
    {
        "GET" or "POST" or "PUT" or "PATCH" or "DELETE" or "HEAD" or "OPTIONS" or "CONNECT" or "TRACE" => method,
        _ => OtherMethod,
    };
}
