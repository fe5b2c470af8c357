using System.Diagnostics;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Builder;
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

    /// <summary>Frames every endpoint of the group and says what it asks of its caller.</summary>
    public static RouteGroupBuilder Framed(this RouteGroupBuilder group, CredentialsRule rule)
    {
        group.WithMetadata(new RequiredCredentials(rule));
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            if (endpoint.RequestDelegate is { } inner)
            {
                endpoint.RequestDelegate = context => RunAsync(context, rule, inner);
            }
        });
        return group;
    }

    public static string RequestId(HttpContext context) => context.Features.Get<RequestIdFeature>()?.Value ?? context.TraceIdentifier;

    private static async Task RunAsync(HttpContext context, CredentialsRule rule, RequestDelegate inner)
    {
        var services = context.RequestServices;
        var requestId = Chosen(context) ?? services.GetRequiredService<Ids>().New("req");
        context.Features.Set(new RequestIdFeature(requestId));
        context.Response.Headers[LicenzyHeaders.RequestId] = requestId;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";

        var refusal = await TryAsync(context, rule, inner, services).ConfigureAwait(false);
        if (refusal is not null && !context.Response.HasStarted)
        {
            await refusal.ExecuteAsync(context).ConfigureAwait(false);
        }
    }

    private static async Task<Refusal?> TryAsync(HttpContext context, CredentialsRule rule, RequestDelegate inner, IServiceProvider services)
    {
        try
        {
            var refusal = await services.GetRequiredService<Credentials>().CheckAsync(context, rule).ConfigureAwait(false);
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
            // One line: under overload there are many.
            Log.StorageUnavailable(Logger(services), (unavailable.InnerException ?? unavailable).Message, RequestId(context));
            return Refusal.Unavailable("The database is not available. Try again with the same Idempotency-Key.");
        }
        catch (BadHttpRequestException broken)
        {
            return Refusal.InvalidRequest("body", broken.StatusCode == StatusCodes.Status408RequestTimeout ? "arrived too slowly." : "could not be read.");
        }
        catch (Exception hungUp) when (hungUp is ConnectionResetException || (hungUp is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            // The caller has hung up: nobody reads an answer.
            return null;
        }
        catch (Exception failure)
        {
            Activity.Current?.SetStatus(ActivityStatusCode.Error);
            Log.Unexpected(Logger(services), failure, RequestId(context));
            return new Refusal(StatusCodes.Status500InternalServerError, ErrorCodes.Internal, "Something went wrong on our side. Quote the request id to support.");
        }
    }

    // A caller's id may end in a log, so only short and visible ASCII is echoed (SECURITY T42).
    private static string? Chosen(HttpContext context) =>
        context.Request.Headers[LicenzyHeaders.RequestId] is [{ Length: > 0 and <= LongestRequestId } id] && id.All(letter => letter is > ' ' and <= '~') ? id : null;

    private static ILogger Logger(IServiceProvider services) => services.GetRequiredService<ILoggerFactory>().CreateLogger("Licenzy.Server");

    private sealed record RequestIdFeature(string Value);
}
