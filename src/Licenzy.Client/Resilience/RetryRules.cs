using Licenzy.Transport;
using Polly;

namespace Licenzy.Resilience;

/// <summary>What may be sent again, and when.</summary>
internal sealed class RetryRules(LicenzyConnectionOptions options, TimeProvider clock)
{
    private readonly RetryBudget _budget = new();

    public bool MayRetry(ResilienceContext context, Outcome<HttpResponseMessage> outcome, int attempt)
    {
        if (attempt == 0)
            _budget.Earn();
        return Transient.Is(outcome)
            && IsRepeatable(context.Properties.GetValue(ResilienceHandler.Request, null!))
            && !(RetryAfter(outcome.Result) > options.MaxRetryAfter)
            && attempt < options.MaxRetries
            && _budget.TrySpend();
    }

    /// <summary>Doubling with chance, so that clients that failed together do not return together; never before the server's <c>Retry-After</c>.</summary>
    public TimeSpan? Delay(HttpResponseMessage? response, int attempt)
    {
        var backoff = options.RetryDelay.TotalMilliseconds * Math.Pow(2, attempt) * (0.5 + Chance.Fraction());
        var asked = (RetryAfter(response)?.TotalMilliseconds ?? 0) * (1 + 0.1 * Chance.Fraction());
        return TimeSpan.FromMilliseconds(Math.Max(backoff, asked));
    }

    private TimeSpan? RetryAfter(HttpResponseMessage? response) =>
        response is null ? null : RetryAfterHeader.Of(response, clock.GetUtcNow());

    private static bool IsRepeatable(HttpRequestMessage request) =>
        request is LicenzyRequest { Repeatable: true }
        || request.Method == HttpMethod.Get
        || request.Headers.Contains(LicenzyHeaders.IdempotencyKey);
}
