using System.Globalization;
using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Billing;

/// <summary>
/// What is left of a payment (CONTRACT §5). Each piece of news has its own place, newer wins over older, and a refund that failed stays failed, so
/// that order and repetition make no difference.
/// </summary>
public static class PaymentRules
{
    /// <summary>What is known of the payment after the event.</summary>
    public static Payment Hear(this Payment known, PaymentEvent billing)
    {
        var named = known with { ChargeId = known.ChargeId ?? billing.ChargeId };
        return billing switch
        {
            ChargeEvent charge => named.HearCharge(charge),
            InvoicePaymentEvent paid => named.Of(paid.InvoiceId),
            RefundEvent refund => named with { Refunds = [.. named.Refunds.Where(other => other.Id != refund.RefundId).Append(Heard(named, refund)).OrderBy(other => other.Id, StringComparer.Ordinal)] },
            DisputeEvent dispute => named with { Disputes = [.. named.Disputes.Where(other => other.Id != dispute.DisputeId).Append(Heard(named, dispute)).OrderBy(other => other.Id, StringComparer.Ordinal)] },
            _ => named,
        };
    }

    /// <summary>What took the payment back; <see langword="null"/> while it stands. A part of it given back takes nothing.</summary>
    public static PaymentBlock? BlockOf(this Payment payment) => BlockOf([payment], payment.Amount);

    /// <summary>What took payments back that were made for one thing: a dispute of any, or refunds that add up to what was due.</summary>
    /// <param name="payments">The payments.</param>
    /// <param name="due">What must be given back for it to count; <see langword="null"/> where that is not known.</param>
    public static PaymentBlock? BlockOf(IReadOnlyList<Payment> payments, long? due)
    {
        var disputes = payments.SelectMany(payment => payment.Disputes).ToList();
        if (disputes.Where(dispute => dispute.Status == DisputeStatus.Lost).MinBy(dispute => dispute.OpenedAt) is { } lost)
        {
            return new PaymentBlock(PaymentBlockCause.DisputeLost, lost.OpenedAt);
        }

        if (RefundedSince(payments, due) is { } since)
        {
            return new PaymentBlock(PaymentBlockCause.Refund, since);
        }

        return disputes.Where(dispute => dispute.Status == DisputeStatus.Open).MinBy(dispute => dispute.OpenedAt) is { } open
            ? new PaymentBlock(PaymentBlockCause.Dispute, open.OpenedAt)
            : null;
    }

    /// <summary>Whether refunds were heard of, and it is not known how much they are a part of.</summary>
    public static bool LacksAmount(this Payment payment) => payment.Amount is null && payment.Refunds.Any(refund => refund.FailedAt is null);

    /// <summary>What is contested, in words: how much went back, and where its disputes stand.</summary>
    public static string Contest(this Payment payment) => string.Join(
        ", ",
        payment.Disputes.Select(dispute => $"{dispute.Id} {dispute.Status.ToWord()}")
            .Prepend(string.Create(CultureInfo.InvariantCulture, $"{Parts(payment).Sum(part => part.Amount)} refunded")));

    private static Payment HearCharge(this Payment known, ChargeEvent charge)
    {
        // Within one second only a growing sum can be told for later.
        var isNewer = known.RefundedAsOf is not { } asOf || charge.CreatedAt > asOf
            || (charge.CreatedAt == asOf && (charge.IsFetched || charge.AmountRefunded > known.AmountRefunded));
        return known with
        {
            Amount = charge.Amount,
            AmountRefunded = isNewer ? charge.AmountRefunded : known.AmountRefunded,
            RefundedAsOf = isNewer ? charge.CreatedAt : known.RefundedAsOf,
            InvoiceId = known.InvoiceId ?? charge.InvoiceId,
            IsInvoiceKnown = known.IsInvoiceKnown || charge.IsInvoiceKnown || charge.InvoiceId is not null,
        };
    }

    private static Refund Heard(Payment payment, RefundEvent refund)
    {
        var known = payment.Refunds.FirstOrDefault(other => other.Id == refund.RefundId);
        var failedAt = refund.HasFailed ? refund.CreatedAt : (DateTimeOffset?)null;
        return new Refund(refund.RefundId, refund.Amount, refund.RefundedAt, known?.FailedAt < failedAt ? known.FailedAt : failedAt ?? known?.FailedAt);
    }

    private static Dispute Heard(Payment payment, DisputeEvent dispute)
    {
        var known = payment.Disputes.FirstOrDefault(other => other.Id == dispute.DisputeId);
        var isNewer = known is null || dispute.CreatedAt > known.AsOf || (dispute.CreatedAt == known.AsOf && (dispute.IsFetched || dispute.Status > known.Status));
        return isNewer ? new Dispute(dispute.DisputeId, dispute.Status, dispute.OpenedAt, dispute.CreatedAt) : known!;
    }

    private static DateTimeOffset? RefundedSince(IReadOnlyList<Payment> payments, long? due)
    {
        if (due is not > 0)
        {
            return null;
        }

        var sum = 0L;
        foreach (var (amount, at) in payments.SelectMany(Parts).OrderBy(part => part.At))
        {
            sum += amount;
            if (sum >= due)
            {
                return at;
            }
        }

        return null;
    }

    // What went back of a payment, and when.
    private static IEnumerable<(long Amount, DateTimeOffset At)> Parts(Payment payment)
    {
        foreach (var refund in payment.Refunds.Where(refund => refund.FailedAt is null))
        {
            yield return (refund.Amount, refund.MadeAt);
        }

        // The charge's own sum covers refunds that no event named; what failed since is no longer in it.
        if (payment.RefundedAsOf is { } asOf)
        {
            var named = payment.Refunds.Where(refund => refund.MadeAt <= asOf && (refund.FailedAt is null || refund.FailedAt >= asOf)).Sum(refund => refund.Amount);
            if (payment.AmountRefunded > named)
            {
                yield return (payment.AmountRefunded - named, asOf);
            }
        }
    }
}
