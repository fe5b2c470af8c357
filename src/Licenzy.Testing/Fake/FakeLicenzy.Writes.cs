using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using Licenzy.Json;
using Licenzy.Usage;

namespace Licenzy.Testing;

/// <content>Units are taken for real: all or none, once a key.</content>
public sealed partial class FakeLicenzy
{
    private readonly Dictionary<(string Method, string Key), (string Body, Func<object> Answer)> _kept = [];

    /// <inheritdoc/>
    public Task<ConsumeUsageResponse> ConsumeUsageAsync(ConsumeUsageRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireText(request.SubjectRef);
        RequireKey(idempotencyKey);
        return AnswerAsync(
            request.SubjectRef,
            now =>
            {
                Refuse(Wrong(request.SubjectRef), Wrong(request.Units, "units", UsageRules.MaxUnits));
                return Once(nameof(ConsumeUsageAsync), idempotencyKey, Body(request, LicenzyJson.Default.ConsumeUsageRequest), () => Take(request, now));
            },
            cancellationToken);
    }

    private Func<ConsumeUsageResponse> Take(ConsumeUsageRequest request, DateTimeOffset now)
    {
        var outcome = UsageRules.Consume(Of(request.SubjectRef).Rights, request.Units, now, Leeway.Default);
        if (!outcome.IsTaken)
            return Insufficient<ConsumeUsageResponse>(request.Units, outcome.Remaining);
        EntitlementChange[] changes = [.. outcome.Taken.Select(taken => taken.Change)];
        Change(request.SubjectRef, changes, now);
        var answer = new ConsumeUsageResponse { Ok = true, Consumed = request.Units, UsageRemaining = outcome.Remaining, ConsumptionId = Remember(request.SubjectRef, changes) };
        return () => answer;
    }

    // The first answer again to the same request, "not enough" included; another request under the same key is refused.
    private T Once<T>(string method, string? key, string body, Func<Func<T>> work)
        where T : class
    {
        if (key is null)
            return work()();
        if (!_kept.TryGetValue((method, key), out var kept))
        {
            var answer = work();
            _kept[(method, key)] = kept = (body, answer);
        }
        else if (kept.Body != body)
        {
            throw Refused(HttpStatusCode.Conflict, ErrorCodes.IdempotencyConflict, "This Idempotency-Key came with another body before. Use a new key for a new operation.");
        }

        return (T)kept.Answer();
    }

    private static string Body<T>(T request, JsonTypeInfo<T> json) => JsonSerializer.Serialize(request, json);
}
