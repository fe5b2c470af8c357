using System.Text.Json.Nodes;

namespace Licenzy.Testing;

/// <summary>An event that is due: its id and version are given when it is written.</summary>
internal sealed record PendingEvent(DateTimeOffset At, Func<StripeEventOptions, JsonObject> Write)
{
    public string? RequestId { get; init; }

    public string? IdempotencyKey { get; init; }
}
