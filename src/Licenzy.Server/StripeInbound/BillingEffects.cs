using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Storage;

namespace Licenzy.Server.StripeInbound;

/// <summary>Applies one piece of news, whether an event told it or Stripe was asked, and whatever waited for it, once <see cref="LockOrder"/> has begun.</summary>
internal sealed class BillingEffects(CheckoutEffects checkouts, SubscriptionEffects subscriptions, PaymentEffects payments, TimeProvider clock)
{
    /// <summary>More than a purchase ever has waiting; what is left over, the worker takes.</summary>
    public const int MostKept = 50;

    public async Task<Effect> ApplyAsync(Session session, Scope scope, BillingEvent billing)
    {
        var effect = await OneAsync(session, scope, billing).ConfigureAwait(false);
        if (effect.Unmatched is null)
        {
            foreach (var id in MakesKnown(billing))
            {
                await KeptAsync(session, scope, id).ConfigureAwait(false);
            }
        }

        return effect;
    }

    /// <summary>What becomes known here by news: a purchase names its subscription or payment, a subscription itself.</summary>
    public static IReadOnlyList<string> MakesKnown(params IEnumerable<BillingEvent> news) => [.. news.SelectMany(ObjectsOf).Distinct(StringComparer.Ordinal)];

    private Task<Effect> OneAsync(Session session, Scope scope, BillingEvent billing) => billing switch
    {
        CheckoutEvent checkout => checkouts.ApplyAsync(session, scope, checkout),
        SubscriptionEvent subscription => subscriptions.ApplyAsync(session, scope, subscription),
        InvoiceEvent invoice => subscriptions.ApplyAsync(session, scope, invoice),
        PaymentEvent payment => payments.ApplyAsync(session, scope, payment),
        _ => Task.FromResult(Effect.Done),
    };

    private static IEnumerable<string> ObjectsOf(BillingEvent billing) => billing switch
    {
        CheckoutEvent checkout => new[] { checkout.SubscriptionId, checkout.PaymentIntentId }.OfType<string>(),
        SubscriptionEvent subscription => [subscription.SubscriptionId],
        _ => [],
    };

    /// <summary>Applies what waited for an object to be known here, up to a bound.</summary>
    public async Task KeptAsync(Session session, Scope scope, string objectId)
    {
        foreach (var kept in await StripeEventStore.KeptAsync(session, scope, objectId, MostKept).ConfigureAwait(false))
        {
            await AgainAsync(session, scope, kept).ConfigureAwait(false);
        }
    }

    /// <summary>Applies a kept event once more, and notes what became of it.</summary>
    public async Task AgainAsync(Session session, Scope scope, StripeEventRow kept)
    {
        if (StripeEventReader.Read(kept.Payload) is { } billing)
        {
            var effect = await OneAsync(session, scope, billing).ConfigureAwait(false);
            var now = clock.GetUtcNow();
            await StripeEventStore.SaveAsync(session, scope, kept.Id, InboxSchedule.After(effect, kept.State, kept.Tries, now), Instant.Millis(now)).ConfigureAwait(false);
        }
    }
}
