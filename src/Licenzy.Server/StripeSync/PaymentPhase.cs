using System.Text.Json;
using Licenzy.Domain.Billing;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Server.StripeInbound;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.StripeSync;

/// <summary>Goes through Stripe's refunds, or its disputes, and looks closer at each that is not known here as it stands there.</summary>
internal sealed class PaymentPhase(Db db, StripeLooks looks, Trial trial)
{
    public async Task<PhaseStep> StepAsync(Run run, Place place)
    {
        var isRefund = place.Phase == Phase.Refunds;
        var page = await run.Talk.PageAsync(isRefund ? "/v1/refunds" : "/v1/disputes", place.After).ConfigureAwait(false);
        var (drifts, seen) = (new List<Drift>(), new HashSet<string>(StringComparer.Ordinal));
        PaymentEvent?[] told = [.. page.Entries.Select(entry => Read(run, page, entry, isRefund) as PaymentEvent)];
        for (var n = 0; n < told.Length; n++)
        {
            // Several of one payment are one look.
            if (told[n]?.PaymentId is { } id && seen.Add(id))
            {
                drifts.AddRange(await OfPaymentAsync(run, id, [.. told.OfType<PaymentEvent>().Where(one => one.PaymentId == id)]).ConfigureAwait(false));
            }

            if (n + 1 < told.Length && run.IsOver() && page.Entries[n].Text("id") is { } last)
            {
                return new PhaseStep(n + 1, drifts, place with { After = last });
            }
        }

        return new PhaseStep(page.Entries.Count, drifts, page.Next is { } next ? place with { After = next } : null);
    }

    private async Task<IReadOnlyList<Drift>> OfPaymentAsync(Run run, string id, PaymentEvent[] told)
    {
        var known = await db.ReadAsync(session => PaymentStore.FindAsync(session, run.Scope, id), run.Talk.CancellationToken).ConfigureAwait(false);
        var unknown = told.Where(one => !Knows(known, one)).ToList();
        if (unknown.Count == 0)
        {
            return [];
        }

        var answer = await looks.AskAsync(
            run.Scope, run.CauseId, new StripeLook(StripeLookKind.Payment, id, "It is compared with Stripe."), run.Talk.CancellationToken).ConfigureAwait(false);
        if (answer.Failure is { } why)
        {
            throw new RefusedException(answer.IsSilence
                ? Refusal.Unavailable($"{why} What was done stays done: repeat the call to go on.", 5)
                : new Refusal(StatusCodes.Status502BadGateway, ErrorCodes.StripeError, $"{id}: {why}"));
        }

        if (answer.News.Count == 0)
        {
            return [];
        }

        var about = new About(answer.News.OfType<InvoiceEvent>().FirstOrDefault()?.SubscriptionId, PaymentId: id);
        var tried = await trial.RunAsync(run, about, answer.News, "stripe.reconciled").ConfigureAwait(false);
        return !tried.Differs ? [] :
        [
            .. unknown.Select(one => new Drift(one is RefundEvent ? DriftKind.RefundUnknown : DriftKind.DisputeUnknown, IdOf(one))
            {
                SubjectRef = tried.After.SubjectRef,
                EntitlementId = tried.After.EntitlementId,
                Here = tried.Before.InWords(),
                AtStripe = InWords(one),
                Repair = tried.After.InWords(),
                IsRepaired = run.Keeps,
            }),
        ];
    }

    private static bool Knows(Payment? payment, PaymentEvent told) => told switch
    {
        RefundEvent refund => payment?.Refunds.Any(known => known.Id == refund.RefundId && (known.FailedAt is not null) == refund.HasFailed) == true,
        DisputeEvent dispute => payment?.Disputes.Any(known => known.Id == dispute.DisputeId && known.Status == dispute.Status) == true,
        _ => true,
    };

    private static string IdOf(PaymentEvent told) => told is RefundEvent refund ? refund.RefundId : ((DisputeEvent)told).DisputeId;

    private static string InWords(PaymentEvent told) => told switch
    {
        RefundEvent { HasFailed: true } refund => $"{refund.Amount} refunded of {refund.PaymentId}, failed",
        RefundEvent refund => $"{refund.Amount} refunded of {refund.PaymentId}",
        DisputeEvent dispute => $"dispute of {dispute.PaymentId}, {Domain.Words.ToWord(dispute.Status)}",
        _ => told.PaymentId,
    };

    private static BillingEvent? Read(Run run, StripePage page, JsonElement entry, bool isRefund)
    {
        try
        {
            return isRefund ? StripePaymentReader.Refund(run.Head(page.AsOf), entry) : StripePaymentReader.Dispute(run.Head(page.AsOf), entry);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
