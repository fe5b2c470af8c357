using System.Text.Json.Nodes;

namespace Licenzy.Testing;

/// <content>Events of refunds and disputes.</content>
public static partial class StripeEvents
{
    /// <summary>Money went back; <c>amount_refunded</c> is the sum over all refunds so far. <paramref name="before"/> becomes <c>previous_attributes</c>.</summary>
    public static JsonObject ChargeRefunded(StripeCharge charge, StripeCharge? before = null, StripeEventOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(charge);
        before ??= charge with { AmountRefunded = 0 };
        return Changed("charge.refunded", version => ChargeDocument.Of(charge, version), version => ChargeDocument.Of(before, version), charge.Livemode, options);
    }

    /// <summary>A refund was made; look at its status for whether the money has arrived.</summary>
    public static JsonObject RefundCreated(StripeRefund refund, StripeEventOptions? options = null) =>
        Refund("created", refund, null, options);

    /// <summary>A refund changed; <paramref name="before"/> becomes <c>previous_attributes</c>.</summary>
    public static JsonObject RefundUpdated(StripeRefund refund, StripeRefund? before = null, StripeEventOptions? options = null) =>
        Refund("updated", refund, before ?? refund, options);

    /// <summary>A refund failed, perhaps one that had succeeded.</summary>
    public static JsonObject RefundFailed(StripeRefund refund, StripeRefund? before = null, StripeEventOptions? options = null) =>
        Refund("failed", refund, before, options);

    /// <summary>A dispute or an inquiry was opened.</summary>
    public static JsonObject DisputeCreated(StripeDispute dispute, StripeEventOptions? options = null) =>
        Dispute("created", dispute, null, options);

    /// <summary>A dispute changed; <paramref name="before"/> becomes <c>previous_attributes</c>.</summary>
    public static JsonObject DisputeUpdated(StripeDispute dispute, StripeDispute? before = null, StripeEventOptions? options = null) =>
        Dispute("updated", dispute, before ?? dispute, options);

    /// <summary>A dispute or an inquiry is decided.</summary>
    public static JsonObject DisputeClosed(StripeDispute dispute, StripeEventOptions? options = null) =>
        Dispute("closed", dispute, null, options);

    private static JsonObject Refund(string what, StripeRefund refund, StripeRefund? before, StripeEventOptions? options)
    {
        ArgumentNullException.ThrowIfNull(refund);
        return Changed(
            $"refund.{what}", version => RefundDocument.Of(refund, version),
            before is null ? null : version => RefundDocument.Of(before, version), refund.Livemode, options);
    }

    private static JsonObject Dispute(string what, StripeDispute dispute, StripeDispute? before, StripeEventOptions? options)
    {
        ArgumentNullException.ThrowIfNull(dispute);
        return Changed(
            $"charge.dispute.{what}", _ => DisputeDocument.Of(dispute), before is null ? null : _ => DisputeDocument.Of(before), dispute.Livemode, options);
    }

    private static JsonObject Changed(
        string type, Func<string?, JsonObject> after, Func<string?, JsonObject>? before, bool livemode, StripeEventOptions? options)
    {
        options ??= new StripeEventOptions();
        var document = after(options.ApiVersion);
        return Event(type, document, before is null ? null : PreviousAttributes.Of(before(options.ApiVersion), document), livemode, options);
    }
}
