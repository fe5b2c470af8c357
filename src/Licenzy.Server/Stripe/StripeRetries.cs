using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Licenzy.Server.Stripe;

/// <summary>When a call to Stripe is made again: Stripe's header decides where it stands, else silence, a lock, a limit or a failure of Stripe's own.</summary>
internal static class StripeRetries
{
    private const int MostRetries = 2;
    private static readonly TimeSpan WholeCall = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(8);

    public static ResiliencePipeline<HttpResponseMessage> Pipeline(TimeProvider clock) =>
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddTimeout(WholeCall)
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = MostRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(5),
                ShouldHandle = outcome => ValueTask.FromResult(IsWorthATry(outcome.Outcome)),
            })
            .AddTimeout(OneTry)
            .Build();

    /// <summary>Whether a failure says nothing of what Stripe did: no connection, cut off, too slow. A connection time-out comes as a cancellation nobody asked for.</summary>
    public static bool IsSilence(Exception failure, CancellationToken asked) =>
        failure is HttpRequestException or TimeoutRejectedException or IOException
        || (failure is OperationCanceledException && failure.InnerException is TimeoutException && !asked.IsCancellationRequested);

    private static bool IsWorthATry(Outcome<HttpResponseMessage> outcome)
    {
        if (outcome.Exception is not null)
        {
            return IsSilence(outcome.Exception, CancellationToken.None);
        }

        var response = outcome.Result!;
        if (response.Headers.TryGetValues("Stripe-Should-Retry", out var said))
        {
            return said.Contains("true", StringComparer.Ordinal);
        }

        return response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
    }
}
