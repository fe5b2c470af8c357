using Licenzy.Domain;
using Licenzy.Server.Hosting;

namespace Licenzy.Server.StripeSync;

/// <summary>A part of a comparison.</summary>
/// <param name="Reached">The phase it ended in.</param>
/// <param name="Checked">How many objects were compared.</param>
/// <param name="Drifts">What differs.</param>
/// <param name="Next">Where to go on; <see langword="null"/> at the end.</param>
internal sealed record ReconcileStep(Phase Reached, int Checked, IReadOnlyList<Drift> Drifts, Place? Next);

/// <summary>
/// Compares the rights of a mode with Stripe, part after part: a call takes some seconds, a large shop some calls. Each object that differs is mended
/// in a transaction of its own, so a failure in the middle leaves what was mended and a repeat does the rest.
/// </summary>
internal sealed class Reconciler(SubscriptionPhase subscriptions, SessionPhase sessions, PaymentPhase payments, Ids ids, TimeProvider clock)
{
    private const int MostObjects = 500;

    // A shop that fits into one answer is the common one; a caller's patience is the bound.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public async Task<ReconcileStep> StepAsync(StripeTalk talk, Scope scope, Place place, bool keeps, string actor)
    {
        var (begun, drifts, compared) = (clock.GetTimestamp(), new List<Drift>(), 0);
        // Within a page too: each of its objects may take a look at Stripe.
        var run = new Run(talk, scope, keeps, actor, ids.New("rec")) { IsOver = () => clock.GetElapsedTime(begun) >= Longest };
        while (true)
        {
            var step = await (place.Phase switch
            {
                Phase.Subscriptions => subscriptions.StepAsync(run, place),
                Phase.Sessions => sessions.StepAsync(run, place),
                _ => payments.StepAsync(run, place),
            }).ConfigureAwait(false);
            drifts.AddRange(step.Drifts);
            compared += step.Checked;
            if ((step.Next ?? place.Next) is not { } next)
            {
                return new ReconcileStep(place.Phase, compared, drifts, null);
            }

            if (compared >= MostObjects || run.IsOver())
            {
                return new ReconcileStep(place.Phase, compared, drifts, next);
            }

            place = next;
        }
    }
}
