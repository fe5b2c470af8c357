using System.Net;

namespace Licenzy.Testing;

/// <summary>What goes wrong with the next requests, or with the next ones to one route.</summary>
internal sealed class FaultPlan
{
    private readonly object gate = new();
    private readonly List<(string? Path, StripeRefusalException Failure)> failures = [];
    private readonly List<(string? Path, TimeSpan By)> delays = [];
    private readonly List<string?> drops = [];

    public void Fail(int count, HttpStatusCode status, string? code, string? path, TimeSpan? retryAfter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var type = status switch
        {
            >= HttpStatusCode.InternalServerError => "api_error",
            HttpStatusCode.PaymentRequired => "card_error",
            _ => "invalid_request_error",
        };
        var failure = new StripeRefusalException((int)status, type, code, "This request was made to fail.") { RetryAfter = retryAfter };
        lock (gate)
            failures.AddRange(Enumerable.Repeat((path, failure), count));
    }

    public void Drop(int count, string? path)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        lock (gate)
            drops.AddRange(Enumerable.Repeat(path, count));
    }

    public void Delay(TimeSpan by, string? path)
    {
        lock (gate)
            delays.Add((path, by));
    }

    public void Clear()
    {
        lock (gate)
        {
            failures.Clear();
            drops.Clear();
            delays.Clear();
        }
    }

    /// <summary>What is planned for one request; it is then spent.</summary>
    public (StripeRefusalException? Failure, bool Drop, TimeSpan? Delay) Next(string path)
    {
        lock (gate)
        {
            TimeSpan? delay = Take(delays, planned => Concerns(planned.Path, path), out var late) ? late.By : null;
            return Take(failures, planned => Concerns(planned.Path, path), out var failing)
                ? (failing.Failure, false, delay)
                : (null, Take(drops, planned => Concerns(planned, path), out _), delay);
        }
    }

    private static bool Concerns(string? planned, string path) => planned is null || path.StartsWith(planned, StringComparison.Ordinal);

    private static bool Take<T>(List<T> planned, Predicate<T> concerns, out T taken)
    {
        var at = planned.FindIndex(concerns);
        taken = at < 0 ? default! : planned[at];
        if (at >= 0)
            planned.RemoveAt(at);
        return at >= 0;
    }
}
