namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Where a delivery stands (CONTRACT §1).</summary>
internal enum DeliveryStatus
{
    /// <summary>It may still be tried.</summary>
    Pending,

    /// <summary>The last try failed, a further one is due.</summary>
    Failed,

    /// <summary>Nothing more happens by itself.</summary>
    Dead,

    Sent,
}
