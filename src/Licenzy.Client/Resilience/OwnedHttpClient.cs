using Licenzy.Transport;

namespace Licenzy.Resilience;

/// <summary>The same chain of handlers as the registered clients have, without a factory.</summary>
internal static class OwnedHttpClient
{
    public static HttpClient For(LicenzyConnectionOptions options, TimeProvider clock) =>
        new(new ResilienceHandler(ResiliencePipelines.For(options, clock)) { InnerHandler = PrimaryHandler.For(options.BaseAddress!) })
        {
            // The pipeline's total time-out decides alone: HttpClient's own would end a call without saying which wait was too long.
            Timeout = Timeout.InfiniteTimeSpan,
        };
}
