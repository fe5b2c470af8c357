namespace Licenzy.Testing;

/// <content>Money that goes back, and banks that take it back.</content>
public sealed partial class StripeDouble
{
    /// <summary>
    /// Gives money back: <c>refund.created</c>, <c>charge.refunded</c> and, unless it is pending, <c>refund.updated</c>. Several refunds of one charge
    /// add up.
    /// </summary>
    /// <param name="paidId">What was paid: the id of a charge, a payment intent, an invoice or a Checkout Session.</param>
    /// <param name="amount">How much, in the currency's smallest unit. Default: all that is left.</param>
    /// <param name="pending">Whether it takes days; <see cref="SettleRefundAsync"/> or <see cref="FailRefundAsync"/> ends it. It counts at once.</param>
    /// <param name="reason"><c>requested_by_customer</c>, <c>duplicate</c> or <c>fraudulent</c>.</param>
    /// <param name="cancellationToken">Stops sending events; what happened stays.</param>
    /// <exception cref="InvalidOperationException">No money was taken, or less is left of it.</exception>
    public Task<StripeRefund> RefundAsync(
        string paidId, long? amount = null, bool pending = false, string reason = "requested_by_customer",
        CancellationToken cancellationToken = default) =>
        DoAsync(() => Refunding.Refund(paidId, amount, pending, reason), cancellationToken);

    /// <summary>A pending refund arrives: <c>refund.updated</c>.</summary>
    public Task<StripeRefund> SettleRefundAsync(string refundId, CancellationToken cancellationToken = default) =>
        DoAsync(() => Refunding.Settle(refundId), cancellationToken);

    /// <summary>
    /// A refund fails, also one that had succeeded: <c>refund.updated</c> and <c>refund.failed</c>. The charge's refunded sum goes down again; no
    /// event of the charge tells so.
    /// </summary>
    public Task<StripeRefund> FailRefundAsync(
        string refundId, string reason = "expired_or_canceled_card", CancellationToken cancellationToken = default) =>
        DoAsync(() => Refunding.Fail(refundId, reason), cancellationToken);

    /// <summary>The payer's bank takes a payment back: <c>charge.dispute.created</c>, <c>needs_response</c>.</summary>
    /// <param name="paidId">What was paid: the id of a charge, a payment intent, an invoice or a Checkout Session.</param>
    /// <param name="amount">How much, in the currency's smallest unit. Default: all of it.</param>
    /// <param name="reason">What the payer says.</param>
    /// <param name="cancellationToken">Stops sending events; what happened stays.</param>
    public Task<StripeDispute> DisputeAsync(
        string paidId, long? amount = null, string reason = "fraudulent", CancellationToken cancellationToken = default) =>
        DoAsync(() => Disputing.Open(paidId, amount, reason, inquiry: false), cancellationToken);

    /// <summary>The payer's bank only asks: <c>charge.dispute.created</c>, <c>warning_needs_response</c>.</summary>
    /// <param name="paidId">What was paid: the id of a charge, a payment intent, an invoice or a Checkout Session.</param>
    /// <param name="reason">What the payer says.</param>
    /// <param name="cancellationToken">Stops sending events; what happened stays.</param>
    public Task<StripeDispute> InquireAsync(string paidId, string reason = "fraudulent", CancellationToken cancellationToken = default) =>
        DoAsync(() => Disputing.Open(paidId, null, reason, inquiry: true), cancellationToken);

    /// <summary>The seller hands in evidence: <c>charge.dispute.updated</c>, <c>under_review</c> or <c>warning_under_review</c>.</summary>
    public Task<StripeDispute> RespondToDisputeAsync(string disputeId, CancellationToken cancellationToken = default) =>
        DoAsync(() => Disputing.Respond(disputeId), cancellationToken);

    /// <summary>An inquiry becomes a dispute: <c>charge.dispute.updated</c>, <c>needs_response</c>.</summary>
    public Task<StripeDispute> EscalateInquiryAsync(string disputeId, CancellationToken cancellationToken = default) =>
        DoAsync(() => Disputing.Escalate(disputeId), cancellationToken);

    /// <summary>The seller keeps the money: <c>charge.dispute.closed</c>, <c>won</c>.</summary>
    public Task<StripeDispute> WinDisputeAsync(string disputeId, CancellationToken cancellationToken = default) =>
        DoAsync(() => Disputing.Close(disputeId, "won"), cancellationToken);

    /// <summary>The payer keeps the money: <c>charge.dispute.closed</c>, <c>lost</c>.</summary>
    public Task<StripeDispute> LoseDisputeAsync(string disputeId, CancellationToken cancellationToken = default) =>
        DoAsync(() => Disputing.Close(disputeId, "lost"), cancellationToken);

    /// <summary>An inquiry ends without a dispute: <c>charge.dispute.closed</c>, <c>warning_closed</c>.</summary>
    public Task<StripeDispute> CloseInquiryAsync(string disputeId, CancellationToken cancellationToken = default) =>
        DoAsync(() => Disputing.Close(disputeId, "warning_closed"), cancellationToken);

    private RefundBilling Refunding => new(books, clock);

    private DisputeBilling Disputing => new(books, clock);
}
