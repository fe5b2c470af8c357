using System.Text.Json;
using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Checkout;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Products;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;
using Licenzy.Server.StripeInbound;

namespace Licenzy.Server.StripeSync;

/// <summary>Compares Stripe's subscriptions with the rights of this mode, a page at a time, and finds rights of subscriptions that Stripe does not have.</summary>
internal sealed class SubscriptionPhase(Db db, Trial trial)
{
    private const string List = "/v1/subscriptions?status=all";

    // Subscriptions between two of a page: none, unless Stripe's account is another one than the rights were bought with.
    private const int MostMissing = 1000;

    public async Task<PhaseStep> StepAsync(Run run, Place place)
    {
        var page = await run.Talk.PageAsync(List, place.After).ConfigureAwait(false);
        var drifts = new List<Drift>();
        for (var n = 0; n < page.Entries.Count; n++)
        {
            if (Read(run, page, page.Entries[n]) is { } subscription)
            {
                drifts.AddRange(await OneAsync(run, subscription).ConfigureAwait(false));
            }

            if (n + 1 < page.Entries.Count && run.IsOver() && page.Entries[n].Text("id") is { } last)
            {
                return new PhaseStep(n + 1, drifts, place with { After = last });
            }
        }

        var oldest = page.HasMore ? page.Entries[^1].Number("created") : null;
        var (missing, left) = await MissingAsync(run, page, oldest ?? 0, place.Until ?? Instant.Latest).ConfigureAwait(false);
        drifts.AddRange(missing);
        if (left is { } rest)
        {
            return new PhaseStep(page.Entries.Count, drifts, new Place(Phase.Subscriptions, page.Entries.Count > 0 ? page.Entries[^1].Text("id") : place.After, rest));
        }

        return new PhaseStep(page.Entries.Count, drifts, page.Next is { } next ? new Place(Phase.Subscriptions, next, oldest) : null);
    }

    /// <summary>The subscription as it stands; <see langword="null"/> where it is none, or the other mode's.</summary>
    public static SubscriptionEvent? Read(Run run, StripePage page, JsonElement entry)
    {
        try
        {
            return entry.Flag("livemode") == run.Talk.Livemode ? StripeObjectReader.Subscription(run.Head(page.AsOf), entry) : null;
        }
        catch (InvalidOperationException)
        {
            // Text that is none: nothing of ours has such.
            return null;
        }
    }

    private async Task<IReadOnlyList<Drift>> OneAsync(Run run, SubscriptionEvent subscription)
    {
        var (isOurs, unknown, hasKnown) = await db.ReadAsync(session => LookAsync(session, run.Scope, subscription), run.Talk.CancellationToken).ConfigureAwait(false);
        var living = subscription is { GivesRights: true, IsTerminal: false };
        if (!isOurs)
        {
            return living && hasKnown
                ? [new Drift(DriftKind.SubscriptionMissingHere, subscription.SubscriptionId) { AtStripe = InWords(subscription) }]
                : [];
        }

        var tried = await trial.RunAsync(run, new About(SubscriptionId: subscription.SubscriptionId), [subscription], "stripe.reconciled").ConfigureAwait(false);
        var (drifts, about) = (new List<Drift>(), new Drift(DriftKind.SubscriptionDiffers, subscription.SubscriptionId)
        {
            SubjectRef = tried.After.SubjectRef, EntitlementId = tried.Before.EntitlementId, Here = tried.Before.InWords(), AtStripe = InWords(subscription),
        });
        if (tried.Differs)
        {
            var kind = tried.Before.Rights.Count == 0 ? DriftKind.SubscriptionMissingHere : DriftKind.SubscriptionDiffers;
            drifts.Add(about with { Kind = kind, Repair = tried.After.InWords(), IsRepaired = run.Keeps });
        }

        if (living && unknown.Count > 0)
        {
            drifts.Add(about with { Kind = DriftKind.PriceUnknown, AtStripe = $"No product has or had {string.Join(", ", unknown)}." });
        }

        return drifts;
    }

    private static async Task<(bool IsOurs, IReadOnlyList<string> Unknown, bool HasKnown)> LookAsync(Session session, Scope scope, SubscriptionEvent subscription)
    {
        var isOurs = await EntitlementStore.FindSubjectAsync(session, scope, subscription.SubscriptionId).ConfigureAwait(false) is not null
            || (subscription.AttemptId is { } id && await CheckoutAttemptStore.FindAsync(session, scope, id).ConfigureAwait(false) is not null);
        var (unknown, hasKnown) = (new List<string>(), false);
        foreach (var price in subscription.Items.Select(item => item.PriceId).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            var isKnown = await ProductStore.FindByPriceAsync(session, scope, price).ConfigureAwait(false) is not null;
            hasKnown |= isKnown;
            if (!isKnown)
            {
                unknown.Add(price);
            }
        }

        return (isOurs, unknown, hasKnown);
    }

    // A right began when its subscription did, so a page's stretch of time must hold the subscriptions of all rights of that time.
    // The newest first; where the time is over, what is left is the rights of before a second.
    private async Task<(IReadOnlyList<Drift> Drifts, long? Left)> MissingAsync(Run run, StripePage page, long oldest, long until)
    {
        var listed = page.Entries.Select(entry => entry.Text("id")).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var rows = await db.ReadAsync(
            session => EntitlementStore.OfSubscriptionsAsync(session, run.Scope, (oldest * 1000) - 1, (until * 1000) + 999, MostMissing),
            run.Talk.CancellationToken).ConfigureAwait(false);
        var (drifts, begun) = (new List<Drift>(), (long?)null);
        foreach (var row in rows.Where(row => !listed.Contains(row.StripeSubscriptionId!)).DistinctBy(row => row.StripeSubscriptionId))
        {
            if (run.IsOver() && row.CreatedAt / 1000 < begun)
            {
                return (drifts, row.CreatedAt / 1000);
            }

            begun = row.CreatedAt / 1000;
            // Listed on another page, where two pages meet in one second or the right is dated by its payment: Stripe tells.
            if (await run.Talk.FindAsync(StripePaths.Subscription(row.StripeSubscriptionId!)).ConfigureAwait(false) is null)
            {
                drifts.Add(new Drift(DriftKind.SubscriptionMissingAtStripe, row.StripeSubscriptionId!)
                {
                    SubjectRef = row.SubjectRef, EntitlementId = row.Id, Here = Held.Words(row.ToDomain()),
                });
            }
        }

        return (drifts, rows.Count == MostMissing && rows[^1].CreatedAt / 1000 < rows[0].CreatedAt / 1000 ? rows[^1].CreatedAt / 1000 : null);
    }

    private static string InWords(SubscriptionEvent subscription)
    {
        var prices = string.Join(", ", subscription.Items.Select(item => item.PriceId is { } price && item.Quantity > 1 ? $"{price} × {item.Quantity}" : item.PriceId));
        var end = subscription.Items.Select(item => item.PeriodEnd).Max();
        return $"{subscription.Status.ToWord()}{(prices.Length > 0 ? $", {prices}" : "")}"
            + $"{(end is { } to ? $", period to {Held.Time(to)}" : "")}"
            + $"{(subscription.CancelAtPeriodEnd ? ", ends with its period" : subscription.CancelAt is { } at ? $", ends {Held.Time(at)}" : "")}";
    }
}
