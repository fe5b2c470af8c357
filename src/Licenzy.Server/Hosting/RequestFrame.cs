using System.Diagnostics;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Server.Hosting.Metrics;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.Hosting;

/// <summary>
/// What every route has around it: a request id, its caller, and refusals in the dialect's shape. It wraps the endpoint itself, not the
/// application's pipeline, so that an application that embeds the server needs no middleware of ours.
/// </summary>
internal static class RequestFrame
{
    private const int LongestRequestId = 64;

    // Nothing of ours loads anything or stands in a frame, but for the page that says so itself (SECURITY T21).
    private const string Policy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Frames every endpoint of the group, with <paramref name="admit"/> asked first; it refuses, or leaves the caller in the request's features.</summary>
    public static RouteGroupBuilder Framed(this RouteGroupBuilder group, Func<HttpContext, Task<Refusal?>> admit)
    {
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            if (endpoint.RequestDelegate is { } route)
            {
                var inner = UnexpectedBody.Guarding(endpoint, route);
                var tryQuick = endpoint.Metadata.OfType<QuickWay>().SingleOrDefault()?.In(endpoint.ApplicationServices);
                endpoint.RequestDelegate = tryQuick is null
                    ? context => RunAsync(context, admit, inner)
                    : context => tryQuick(context) ? Task.CompletedTask : RunAsync(context, admit, inner);
            }
        });
        return group;
    }

    /// <summary>What every answer carries, refused or not; the request's id with it.</summary>
    public static string Begin(HttpContext context, Ids ids)
    {
        var requestId = Chosen(context) ?? ids.New("req");
        var headers = context.Response.Headers;
        headers[LicenzyHeaders.RequestId] = requestId;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = Policy;
        return requestId;
    }

    public static string RequestId(HttpContext context) => context.Features.Get<RequestIdFeature>()?.Value ?? context.TraceIdentifier;

    private static async Task RunAsync(HttpContext context, Func<HttpContext, Task<Refusal?>> admit, RequestDelegate inner)
    {
        // The route now: what it runs may take it out of the request.
        var (begun, route) = (RequestMeter.Begin(), context.GetEndpoint() as RouteEndpoint);
        var services = context.RequestServices;
        context.Features.Set(new RequestIdFeature(Begin(context, services.GetRequiredService<Ids>())));

        var refusal = await TryAsync(context, admit, inner, services).ConfigureAwait(false);
        if (refusal is not null && !context.Response.HasStarted)
        {
            await refusal.ExecuteAsync(context).ConfigureAwait(false);
        }

        services.GetRequiredService<Meters>().Requests.End(context, route, begun);
    }

    private static async Task<Refusal?> TryAsync(
        HttpContext context, Func<HttpContext, Task<Refusal?>> admit, RequestDelegate inner, IServiceProvider services)
    {
        using var slot = services.GetRequiredService<RequestSlots>().Take(context);
        if (slot is { IsAcquired: false })
        {
            return RequestSlots.Full;
        }

        try
        {
            var refusal = await admit(context).ConfigureAwait(false);
            if (refusal is null)
            {
                await inner(context).ConfigureAwait(false);
            }

            return refusal;
        }
        catch (RefusedException refused)
        {
            return refused.Refusal;
        }
        catch (StorageUnavailableException unavailable)
        {
            services.GetRequiredService<Meters>().StorageFailed();
            // One line: under overload there are many.
            Log.StorageUnavailable(Logger(services), (unavailable.InnerException ?? unavailable).Message, RequestId(context));
            return Refusal.Unavailable($"The database is not available. Try again{(context.Request.Headers.ContainsKey(LicenzyHeaders.IdempotencyKey) ? " with the same Idempotency-Key" : "")}.");
        }
        catch (BadHttpRequestException broken)
        {
            return Refusal.InvalidRequest("body", broken.StatusCode == StatusCodes.Status408RequestTimeout ? "arrived too slowly." : "could not be read.");
        }
        catch (Exception hungUp) when (IsCutOff(hungUp, context))
        {
            // Nobody reads an answer.
            return null;
        }
        catch (Exception failure)
        {
            Activity.Current?.SetStatus(ActivityStatusCode.Error);
            Log.Unexpected(Logger(services), failure, RequestId(context));
            return new Refusal(StatusCodes.Status500InternalServerError, ErrorCodes.Internal, "Something went wrong on our side. Quote the request id to support.");
        }
    }

    // By the caller, or by the web server when it stops and has waited long enough; the request's token may not know of it yet.
    private static bool IsCutOff(Exception failure, HttpContext context) =>
        failure is ConnectionResetException or ConnectionAbortedException
        || (failure is OperationCanceledException && (context.RequestAborted.IsCancellationRequested || failure.InnerException is ConnectionAbortedException));

    // A caller's id may end in a log, so only short and visible ASCII is echoed (SECURITY T42).
    private static string? Chosen(HttpContext context) =>
        context.Request.Headers[LicenzyHeaders.RequestId] is [{ Length: > 0 and <= LongestRequestId } id] && id.All(letter => letter is > ' ' and <= '~') ? id : null;

    private static ILogger Logger(IServiceProvider services) => services.GetRequiredService<ILoggerFactory>().CreateLogger("Licenzy.Server");

    private sealed record RequestIdFeature(string Value);
}
