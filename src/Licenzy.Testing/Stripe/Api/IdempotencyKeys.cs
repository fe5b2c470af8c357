namespace Licenzy.Testing;

/// <summary>Stripe's memory of idempotent requests. Used under the double's gate, so that concurrent calls come one after the other.</summary>
internal sealed class IdempotencyKeys
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);
    private readonly Dictionary<string, FirstUse> kept = [];

    /// <summary>The first answer to the same request, or <see langword="null"/> where the key is new.</summary>
    public StripeAnswer? Find(StripeCall call, DateTimeOffset now)
    {
        if (call.IdempotencyKey is not { } key || !kept.TryGetValue(key, out var first) || now - first.At >= KeptFor)
            return null;
        if (first.Path != call.Path)
        {
            throw Refused(
                $"Keys for idempotent requests can only be used for the same endpoint they were first used for ('{first.Path}' vs '{call.Path}'). " +
                $"Try using a key other than '{key}' if you meant to execute a different request.");
        }

        return first.Fields.SameAs(call.Fields)
            ? first.Answer with { OriginalRequest = first.RequestId }
            : throw Refused(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. " +
                $"Try using a key other than '{key}' if you meant to execute a different request.");
    }

    // Only what was executed is kept: a refused parameter may be corrected under the same key.
    public void Keep(StripeCall call, StripeAnswer answer, DateTimeOffset now)
    {
        if (call.IdempotencyKey is { } key)
            kept[key] = new FirstUse(call.Path, call.Fields, call.RequestId, answer, now);
    }

    private static StripeRefusalException Refused(string message) => new(400, "idempotency_error", null, message);

    private sealed record FirstUse(string Path, FormFields Fields, string RequestId, StripeAnswer Answer, DateTimeOffset At);
}
