using System.Text.Json;
using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Checkout;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Products;
using Licenzy.Server.Storage;
using Licenzy.Server.StripeInbound;

namespace Licenzy.Server.StripeSync;

/// <summary>How an import finds out whose a subscription is.</summary>
/// <param name="MetadataKey">The key under which its metadata, or its customer's, says so.</param>
/// <param name="ByEmail">Whether the customer's e-mail address does.</param>
internal sealed record ImportRule(string? MetadataKey, bool ByEmail);

/// <summary>A subscription that no right stands for.</summary>
internal sealed record Found(SubscriptionEvent Subscription, string? FoundBy)
{
    public string? Right { get; init; }

    public bool IsImported { get; init; }
}

/// <summary>A part of an import.</summary>
internal sealed record ImportStep(int Checked, IReadOnlyList<Found> Found, Place? Next);

/// <summary>
/// Gives rights to those who subscribed before Licenzy, or beside it: subscriptions that live, at the price of a product, that no right and no
/// attempt here is about. The rights follow from the subscription's state, as after any news of it; an imported one is known the next time.
/// </summary>
internal sealed class Importer(Db db, Trial trial, Ids ids, TimeProvider clock)
{
    private const string List = "/v1/subscriptions?status=all&expand[]=data.customer";
    private const int MostObjects = 500;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public async Task<ImportStep> StepAsync(StripeTalk talk, Scope scope, ImportRule rule, Place place, bool keeps, string actor)
    {
        var (begun, found, looked) = (clock.GetTimestamp(), new List<Found>(), 0);
        var run = new Run(talk, scope, keeps, actor, ids.New("imp")) { IsOver = () => clock.GetElapsedTime(begun) >= Longest };
        while (true)
        {
            var page = await talk.PageAsync(List, place.After).ConfigureAwait(false);
            foreach (var entry in page.Entries)
            {
                if (SubscriptionPhase.Read(run, page, entry) is { GivesRights: true, IsTerminal: false } subscription
                    && await OneAsync(run, Claimed(subscription, entry, rule)).ConfigureAwait(false) is { } one)
                {
                    found.Add(one);
                }
            }

            looked += page.Entries.Count;
            place = place with { After = page.Next };
            if (place.After is null)
            {
                return new ImportStep(looked, found, null);
            }

            if (looked >= MostObjects || run.IsOver())
            {
                return new ImportStep(looked, found, place);
            }
        }
    }

    private async Task<Found?> OneAsync(Run run, Found found)
    {
        var subscription = found.Subscription;
        if (!await db.ReadAsync(session => IsOpenAsync(session, run.Scope, subscription), run.Talk.CancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        if (subscription.SubjectRef is null)
        {
            return found;
        }

        var tried = await trial.RunAsync(run, new About(SubscriptionId: subscription.SubscriptionId), [subscription], "stripe.imported").ConfigureAwait(false);
        return tried.Differs ? found with { Right = tried.After.InWords(), IsImported = run.Keeps } : null;
    }

    // At a price of ours, and nobody's yet.
    private static async Task<bool> IsOpenAsync(Session session, Scope scope, SubscriptionEvent subscription)
    {
        if (await EntitlementStore.FindSubjectAsync(session, scope, subscription.SubscriptionId).ConfigureAwait(false) is not null
            || (subscription.AttemptId is { } id && await CheckoutAttemptStore.FindAsync(session, scope, id).ConfigureAwait(false) is not null))
        {
            return false;
        }

        foreach (var price in subscription.Items.Select(item => item.PriceId).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (await ProductStore.FindByPriceAsync(session, scope, price).ConfigureAwait(false) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static Found Claimed(SubscriptionEvent subscription, JsonElement entry, ImportRule rule)
    {
        var customer = entry.Object("customer");
        var (subject, by) = rule switch
        {
            { MetadataKey: { } key } when Safe(entry.Object("metadata"), key) is { } own => (own, "subscription_metadata"),
            { MetadataKey: { } key } when Safe(customer?.Object("metadata"), key) is { } theirs => (theirs, "customer_metadata"),
            { ByEmail: true } when Safe(customer, "email") is { } email => (email, "email"),
            _ => ((string?)null, (string?)null),
        };
        return new Found(subscription with { SubjectRef = subject }, by);
    }

    private static string? Safe(JsonElement? parent, string name)
    {
        try
        {
            return parent?.Text(name);
        }
        catch (InvalidOperationException)
        {
            // Lone surrogates: no id of anybody's.
            return null;
        }
    }
}
