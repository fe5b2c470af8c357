using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Testing;

/// <summary>Between HTTP and the API: faults, the list of requests, and the headers of every answer.</summary>
internal sealed class ApiHost(StripeApi api, DoubleClock clock, FaultPlan faults, string apiVersion)
{
    private readonly object gate = new();
    private readonly List<StripeRequest> requests = [];

    public IReadOnlyList<StripeRequest> Requests
    {
        get
        {
            lock (gate)
                return [.. requests];
        }
    }

    public async Task HandleAsync(HttpContext context)
    {
        var call = await StripeCall.ReadAsync(context.Request).ConfigureAwait(false);
        var (failure, drop, delay) = faults.Next(call.Path);

        // A planned failure comes before the work and leaves nothing behind; a cut or slow answer comes after it.
        var answer = failure is null ? api.Answer(call, clock.Now) : StripeAnswer.Refused(failure, call.RequestId);
        lock (gate)
            requests.Add(call.ToRequest(context.Request, drop ? null : answer.Status, answer.OriginalRequest is not null));
        if (delay is { } by)
            await Task.Delay(by, clock.Real, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (drop)
            context.Abort();
        else
            await WriteAsync(context.Response, call, answer).ConfigureAwait(false);
    }

    private async Task WriteAsync(HttpResponse response, StripeCall call, StripeAnswer answer)
    {
        response.StatusCode = answer.Status;
        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        response.Headers["Date"] = clock.Now.ToString("R", CultureInfo.InvariantCulture);
        response.Headers["Request-Id"] = call.RequestId;
        response.Headers["Stripe-Version"] = call.StripeVersion ?? apiVersion;
        if (call.IdempotencyKey is { } key && !key.Any(char.IsControl))
            response.Headers["Idempotency-Key"] = key;
        if (answer.OriginalRequest is { } original)
        {
            response.Headers["Idempotent-Replayed"] = "true";
            response.Headers["Original-Request"] = original;
        }

        if (answer.RetryAfter is { } wait)
            response.Headers["Retry-After"] = ((long)wait.TotalSeconds).Text();
        if (answer.Status == 401)
            response.Headers["WWW-Authenticate"] = "Bearer realm=\"Stripe\"";
        await response.Body.WriteAsync(answer.Body, response.HttpContext.RequestAborted).ConfigureAwait(false);
    }
}
