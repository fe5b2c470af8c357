namespace Licenzy.Webhooks;

/// <summary><c>POST /v1/webhooks/outbound/requeue-dead</c>: lets dead deliveries go again, the oldest first; all of them but <c>endpoint.test</c> where nothing is named.</summary>
public sealed record RequeueDeadWebhooksRequest
{
    /// <summary>Recorded then or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Recorded before.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>A type of event, such as <c>entitlement.updated</c>.</summary>
    public string? Type { get; init; }

    /// <summary>How many at most, 1 to 1,000; default 1,000.</summary>
    public long? Limit { get; init; }
}

/// <summary>How many dead deliveries go again.</summary>
public sealed record RequeueDeadWebhooksResponse
{
    /// <summary>Those of this call; they are spread over time, ten a second.</summary>
    public required long Requeued { get; init; }

    /// <summary>Those that fit as well and are dead still: call again.</summary>
    public required long Remaining { get; init; }
}
