using Licenzy.Domain;
using Licenzy.Domain.Webhooks;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>An endpoint that has something due; instants in milliseconds.</summary>
internal sealed record ReadyEndpoint
{
    // No constructor that takes them: SQLite cannot tell the type of what is computed where there is no row.
    public required string WorkspaceId { get; init; }

    public required string Mode { get; init; }

    public long? FailingSince { get; init; }

    public required long Due { get; init; }

    public Scope Scope => new(WorkspaceId, Words.Parse<Mode>(Mode));
}

/// <summary>A try that is ours to make, and is counted already: whatever happens to this process, it costs one of the budget.</summary>
/// <param name="Delivery">As it was claimed; its lease and its count of attempts tell this try from any other.</param>
/// <param name="Endpoint">Where to, as it was then.</param>
/// <param name="Payload">The bytes that are signed and sent.</param>
internal sealed record Claim(DeliveryRow Delivery, EndpointRow Endpoint, byte[] Payload);

/// <summary>What came of a claim. Without a <paramref name="Reply"/> it was not begun, and its count goes back.</summary>
internal sealed record TryDone(Claim Claim, Reply? Reply, DateTimeOffset At, TimeSpan Took)
{
    /// <summary>The word of a try that this server's stop cut off: it says nothing of the receiver.</summary>
    public const string Interrupted = "interrupted";

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);

    public TryEnd End => new(Reply?.Status, Reply?.RetryAfter);

    public bool IsSent => Reply is not null && End.IsSent;

    /// <summary>Sent, and at once: there more can follow without anybody waiting long.</summary>
    public bool IsQuick => IsSent && Took < Slow;

    public bool IsSwift => IsSent && Took < AtOnce;

    /// <summary>What the metrics call it.</summary>
    public string? Result => Reply switch
    {
        null => null,
        { Status: not null } => End.IsSent ? "sent" : "failed",
        { Error: Interrupted } => Interrupted,
        { Error: { } word } when word.StartsWith("url_", StringComparison.Ordinal) => "refused",
        _ => "no_answer",
    };

    public static TryDone Unsent(Claim claim) => new(claim, null, default, default);
}
