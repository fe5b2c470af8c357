using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Licenzy.Resilience;

/// <summary>Total time-out, retry, circuit breaker, time-out of one try: the order and the defaults of Microsoft's standard handler.</summary>
internal static class ResiliencePipelines
{
    public static ResiliencePipeline<HttpResponseMessage> For(LicenzyConnectionOptions options, TimeProvider clock)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { Name = "Licenzy", TimeProvider = clock };
        builder.AddTimeout(new TimeoutStrategyOptions { Name = "Total", Timeout = options.TotalTimeout });
        if (options.MaxRetries > 0)
            builder.AddRetry(Retry(options, clock));
        return builder
            .AddCircuitBreaker(Breaker(options))
            .AddTimeout(new TimeoutStrategyOptions { Name = "Attempt", Timeout = options.AttemptTimeout })
            .Build();
    }

    private static RetryStrategyOptions<HttpResponseMessage> Retry(LicenzyConnectionOptions options, TimeProvider clock)
    {
        var rules = new RetryRules(options, clock);
        return new()
        {
            MaxRetryAttempts = options.MaxRetries,
            ShouldHandle = args => new(rules.MayRetry(args.Context, args.Outcome, args.AttemptNumber)),
            DelayGenerator = args => new(rules.Delay(args.Outcome.Result, args.AttemptNumber)),
        };
    }

    private static CircuitBreakerStrategyOptions<HttpResponseMessage> Breaker(LicenzyConnectionOptions options)
    {
        var sampled = TimeSpan.FromSeconds(30);
        var twoTries = TimeSpan.FromTicks(options.AttemptTimeout.Ticks * 2);
        return new()
        {
            FailureRatio = 0.1,
            MinimumThroughput = 100,
            // A window shorter than two slow tries would forget the first before it saw the second.
            SamplingDuration = twoTries > sampled ? twoTries : sampled,
            BreakDuration = TimeSpan.FromSeconds(5),
            ShouldHandle = args => new(Transient.Is(args.Outcome)),
        };
    }
}
