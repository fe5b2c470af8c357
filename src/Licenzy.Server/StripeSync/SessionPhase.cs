using Licenzy.Domain.Billing;
using Licenzy.Server.Checkout;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;
using Licenzy.Server.StripeInbound;

namespace Licenzy.Server.StripeSync;

/// <summary>Asks Stripe what became of the sessions of open attempts.</summary>
internal sealed class SessionPhase(Db db, Trial trial)
{
    private const int AtOnce = 25;

    public async Task<PhaseStep> StepAsync(Run run, Place place)
    {
        var open = await db.ReadAsync(
            session => CheckoutAttemptStore.OpenAsync(session, run.Scope, place.After ?? "", AtOnce), run.Talk.CancellationToken).ConfigureAwait(false);
        var (drifts, compared) = (new List<Drift>(), 0);
        foreach (var attempt in open)
        {
            if (await OneAsync(run, attempt).ConfigureAwait(false) is { } drift)
            {
                drifts.Add(drift);
            }

            if (++compared < open.Count && run.IsOver())
            {
                break;
            }
        }

        var isRest = compared < open.Count || open.Count == AtOnce;
        return new PhaseStep(compared, drifts, isRest ? place with { After = open[compared - 1].Id } : null);
    }

    private async Task<Drift?> OneAsync(Run run, CheckoutAttemptRow attempt)
    {
        var id = attempt.StripeCheckoutSessionId!;
        var drift = new Drift(DriftKind.SessionPaid, id) { SubjectRef = attempt.SubjectRef, Here = $"attempt {attempt.Id} {attempt.Status}" };
        if (await run.Talk.FindAsync(StripePaths.CheckoutSession(id)).ConfigureAwait(false) is not { } found)
        {
            return drift with { Kind = DriftKind.SessionMissingAtStripe };
        }

        BillingEvent[] news = [.. StripeSessionReader.Read(found.Json, found.AsOf).Where(one => one.Livemode == run.Talk.Livemode).Select(one => one with { Id = run.CauseId })];
        if (news.OfType<CheckoutEvent>().FirstOrDefault() is not { } checkout)
        {
            return null;
        }

        var tried = await trial.RunAsync(run, new About(checkout.SubscriptionId, id), news, "stripe.reconciled").ConfigureAwait(false);
        return !tried.Differs ? null : drift with
        {
            Kind = checkout.Result == CheckoutResult.Paid ? DriftKind.SessionPaid : DriftKind.SessionEnded,
            EntitlementId = tried.Before.EntitlementId,
            Here = tried.Before.InWords(),
            AtStripe = $"{found.Json.Text("status")}, {found.Json.Text("payment_status")}",
            Repair = tried.After.InWords(),
            IsRepaired = run.Keeps,
        };
    }
}
