using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;
using Licenzy.Server.Checkout;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Products;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;

namespace Licenzy.Server.StripeInbound;

/// <summary>What a subscription's state does, and what its paid invoices prove.</summary>
internal sealed class SubscriptionEffects(Ids ids, BillingWriter writer, BillingNews news, TimeProvider clock)
{
    /// <summary>Why a subscription of a known subject fits nothing.</summary>
    public const string NoPrice = "No product has, or had, a price of the subscription.";

    public async Task<Effect> ApplyAsync(Session session, Scope scope, SubscriptionEvent subscription)
    {
        var attempt = subscription.AttemptId is { } id ? await CheckoutAttemptStore.FindAsync(session, scope, id).ConfigureAwait(false) : null;
        var subjectRef = await EntitlementStore.FindSubjectAsync(session, scope, subscription.SubscriptionId).ConfigureAwait(false) ?? attempt?.SubjectRef
            ?? await StripeLinkStore.FindAsync(session, scope, subscription.SubscriptionId).ConfigureAwait(false)
            ?? subscription.SubjectRef;
        if (subjectRef is null)
        {
            return Effect.NoMatch("No checkout attempt and no right of this workspace and mode belongs to the subscription.");
        }

        var products = await ProductsAsync(session, scope, subscription).ConfigureAwait(false);
        var held = await EntitlementStore.LockAsync(session, scope, subjectRef, subscription.CreatedAt).ConfigureAwait(false);
        var kept = await KeptAsync(session, scope, subscription, products, held.Rights).ConfigureAwait(false);
        var facts = await PaymentStore.OfSubscriptionAsync(session, scope, subscription.SubscriptionId).ConfigureAwait(false);
        var outcome = SubscriptionStateRules.Apply(
            subscription, attempt?.ToDomain(), held.Rights, price => products.GetValueOrDefault(price), kept.GetValueOrDefault, () => ids.New("ent"));
        if (subscription.CustomerId is { } customer)
        {
            await StripeCustomerStore.AddAsync(session, scope, subjectRef, customer, subscription.CreatedAt).ConfigureAwait(false);
        }

        await writer.WriteAsync(session, scope, new Subject(subjectRef, held), outcome, facts, subscription).ConfigureAwait(false);
        return outcome is { Changes: [], Look: null } && products.Count == 0 && subscription.GivesRights
            && held.Rights.All(right => right.Subscription?.SubscriptionId != subscription.SubscriptionId)
                ? Effect.NoMatch(NoPrice)
                : Effect.Owing(outcome.Look);
    }

    public async Task<Effect> ApplyAsync(Session session, Scope scope, InvoiceEvent invoice)
    {
        // Other invoices give no rights.
        if (invoice.SubscriptionId is not { } subscription)
        {
            return Effect.Done;
        }

        // What a failed payment does, the subscription's own event tells.
        if (invoice.Result != InvoiceResult.Paid)
        {
            await FailedAsync(session, scope, subscription, invoice).ConfigureAwait(false);
            return Effect.Done;
        }

        // The subject first, and what was paid then (LockOrder).
        var subject = await LockedAsync(session, scope, subscription, invoice.CreatedAt).ConfigureAwait(false);
        await PaymentStore.AddAsync(session, scope, subscription, invoice.ToPaid(), isWhole: !invoice.HasMoreLines && invoice.IsFetched).ConfigureAwait(false);
        foreach (var payment in invoice.PaymentIds.Order(StringComparer.Ordinal))
        {
            await PaymentStore.LearnAsync(session, scope, payment, known => known.Of(invoice.InvoiceId), Instant.Millis(clock.GetUtcNow())).ConfigureAwait(false);
        }

        if (subject is null)
        {
            // Known by now to whom it belongs?
            if (await EntitlementStore.FindSubjectAsync(session, scope, subscription).ConfigureAwait(false) is not null)
            {
                throw new LostRaceException();
            }

            return Effect.NoMatch("No right of this workspace and mode belongs to the invoice's subscription.");
        }

        var settled = await SettledAsync(session, scope, subscription, subject, invoice).ConfigureAwait(false);

        // What was only looked up happened some time ago; its own event tells it, if it is still to come.
        if (!invoice.IsFetched)
        {
            await news.InvoicedAsync(session, scope, subject.Ref, settled.After, invoice).ConfigureAwait(false);
        }

        return invoice.HasMoreLines
            ? Effect.Owing(new StripeLook(StripeLookKind.Payment, invoice.InvoiceId, "The invoice has more lines than the event tells."))
            : Effect.Done;
    }

    /// <summary>Whether a subscription's rights run longer than any invoice known here: it is not known whose month is refunded or disputed.</summary>
    public static async Task<bool> IsBehindAsync(Session session, Scope scope, string subscriptionId)
    {
        var facts = await PaymentStore.OfSubscriptionAsync(session, scope, subscriptionId).ConfigureAwait(false);
        var rights = await EntitlementStore.BoughtWithAsync(session, scope, subscriptionId, null, null).ConfigureAwait(false);
        return rights.Any(right => facts.IsBehind(right.ToDomain()));
    }

    /// <summary>
    /// Brings a subscription's rights in line with its payments, and says whether anything follows from one of them; <see langword="null"/> where
    /// nobody here has them.
    /// </summary>
    public async Task<bool?> SettleAsync(Session session, Scope scope, string subscriptionId, Payment payment, BillingEvent billing)
    {
        if (await LockedAsync(session, scope, subscriptionId, billing.CreatedAt).ConfigureAwait(false) is not { } subject)
        {
            return null;
        }

        var settled = await SettledAsync(session, scope, subscriptionId, subject, billing).ConfigureAwait(false);
        return settled.Changed || settled.After.Rights.Any(right => settled.Facts.IsTakenBackBy(payment, right));
    }

    private async Task<Settled> SettledAsync(Session session, Scope scope, string subscriptionId, Subject subject, BillingEvent billing)
    {
        var facts = await PaymentStore.OfSubscriptionAsync(session, scope, subscriptionId).ConfigureAwait(false);
        var after = await writer.WriteAsync(session, scope, subject, BillingOutcome.Nothing, facts, billing).ConfigureAwait(false);
        return new Settled(after ?? subject.Held, after is not null, facts);
    }

    private async Task FailedAsync(Session session, Scope scope, string subscriptionId, InvoiceEvent invoice)
    {
        if (await LockedAsync(session, scope, subscriptionId, at: null).ConfigureAwait(false) is { } subject)
        {
            await news.InvoicedAsync(session, scope, subject.Ref, subject.Held, invoice).ConfigureAwait(false);
        }
    }

    // Who has the subscription's rights, locked; null where nobody does.
    private static async Task<Subject?> LockedAsync(Session session, Scope scope, string subscriptionId, DateTimeOffset? at) =>
        await EntitlementStore.FindSubjectAsync(session, scope, subscriptionId).ConfigureAwait(false) is { } subjectRef
            ? new Subject(subjectRef, await EntitlementStore.LockAsync(session, scope, subjectRef, at).ConfigureAwait(false))
            : null;

    private static async Task<Dictionary<string, ProductTerms>> ProductsAsync(Session session, Scope scope, SubscriptionEvent subscription)
    {
        var products = new Dictionary<string, ProductTerms>(StringComparer.Ordinal);
        foreach (var price in subscription.Items.Select(item => item.PriceId).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (await ProductStore.FindByPriceAsync(session, scope, price).ConfigureAwait(false) is { } product)
            {
                products[price] = product.Terms;
            }
        }

        return products;
    }

    // Where an item's price is unknown its right keeps its product, on that product's terms.
    private static async Task<Dictionary<string, ProductTerms>> KeptAsync(
        Session session, Scope scope, SubscriptionEvent subscription, Dictionary<string, ProductTerms> products, IReadOnlyList<Entitlement> rights)
    {
        var kept = new Dictionary<string, ProductTerms>(StringComparer.Ordinal);
        if (subscription.Items.Count > 0 && subscription.Items.All(item => item.PriceId is { } price && products.ContainsKey(price)))
        {
            return kept;
        }

        foreach (var code in rights.Where(right => right.Subscription?.SubscriptionId == subscription.SubscriptionId).Select(right => right.ProductCode).Distinct(StringComparer.Ordinal))
        {
            if (await ProductStore.FindEverAsync(session, scope, code).ConfigureAwait(false) is { } product)
            {
                kept[code] = product.Terms;
            }
        }

        return kept;
    }

    private sealed record Settled(SubjectRights After, bool Changed, BillingFacts Facts);
}
