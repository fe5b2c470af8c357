using System.Net;

namespace Licenzy.Testing;

/// <summary>What goes wrong with the next requests.</summary>
internal sealed class FaultPlan
{
    private readonly object gate = new();
    private readonly Queue<StripeRefusalException> failures = new();
    private readonly Queue<TimeSpan> delays = new();
    private int drops;

    public void Fail(int count, HttpStatusCode status, string? code)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var type = status switch
        {
            >= HttpStatusCode.InternalServerError => "api_error",
            HttpStatusCode.PaymentRequired => "card_error",
            _ => "invalid_request_error",
        };
        lock (gate)
        {
            for (var i = 0; i < count; i++)
                failures.Enqueue(new StripeRefusalException((int)status, type, code, "This request was made to fail."));
        }
    }

    public void Drop(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        lock (gate)
            drops += count;
    }

    public void Delay(TimeSpan by)
    {
        lock (gate)
            delays.Enqueue(by);
    }

    /// <summary>What is planned for one request; it is then spent.</summary>
    public (StripeRefusalException? Failure, bool Drop, TimeSpan? Delay) Next()
    {
        lock (gate)
        {
            TimeSpan? delay = delays.TryDequeue(out var by) ? by : null;
            if (failures.TryDequeue(out var failure))
                return (failure, false, delay);
            if (drops == 0)
                return (null, false, delay);
            drops--;
            return (null, true, delay);
        }
    }
}
