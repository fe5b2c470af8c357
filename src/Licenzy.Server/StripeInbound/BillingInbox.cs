using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;
using Licenzy.Server.Checkout;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Portal;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.StripeInbound;

/// <summary>Takes a verified event in and applies it: the event, its effect and its history are one transaction, once however often it comes.</summary>
internal sealed class BillingInbox(Db db, Ids ids, Leeway leeway, TimeProvider clock, ILogger<BillingInbox> logger)
{
    public async Task ReceiveAsync(Scope scope, BillingEvent billing, byte[] payload, CancellationToken cancellationToken)
    {
        var unmatched = await db.WriteAsync(
            async session =>
            {
                if (!await StripeEventStore.TryAddAsync(session, scope, billing, payload, Instant.Millis(clock.GetUtcNow())).ConfigureAwait(false)
                    && !await StripeEventStore.IsUnmatchedAsync(session, scope, billing.Id).ConfigureAwait(false))
                {
                    return null;
                }

                var why = await ApplyAsync(session, scope, billing).ConfigureAwait(false);
                await (why is null
                    ? StripeEventStore.MatchedAsync(session, scope, billing.Id)
                    : StripeEventStore.UnmatchedAsync(session, scope, billing.Id, why)).ConfigureAwait(false);
                return why;
            },
            cancellationToken).ConfigureAwait(false);
        if (unmatched is not null)
        {
            Log.EventUnmatched(logger, billing.Id, billing.Type, unmatched);
        }
    }

    /// <summary>Applies the event; says why not, where nothing here fits it.</summary>
    private Task<string?> ApplyAsync(Session session, Scope scope, BillingEvent billing) => billing switch
    {
        CheckoutEvent checkout => CheckoutAsync(session, scope, checkout),
        SubscriptionEvent subscription => SubscriptionAsync(session, scope, subscription),
        InvoiceEvent invoice => InvoiceAsync(session, scope, invoice),
        _ => Task.FromResult<string?>(null),
    };

    private async Task<string?> CheckoutAsync(Session session, Scope scope, CheckoutEvent checkout)
    {
        var row = await CheckoutAttemptStore.FindBySessionAsync(session, scope, checkout.SessionId).ConfigureAwait(false)
            ?? await AttemptAsync(session, scope, checkout.AttemptId ?? checkout.ClientReferenceId).ConfigureAwait(false);
        if (row is null || !checkout.IsAbout(row.ToDomain()))
        {
            return "No checkout attempt of this workspace and mode belongs to the session.";
        }

        // The lock first, then the attempt again: whoever was here before may have finished it.
        var held = await EntitlementStore.LockAsync(session, scope, row.SubjectRef, checkout.CreatedAt).ConfigureAwait(false);
        var attempt = (await CheckoutAttemptStore.FindAsync(session, scope, row.Id).ConfigureAwait(false))!.ToDomain();
        var outcome = CheckoutRules.Apply(attempt, checkout, held.Rights, () => ids.New("ent"));
        if (outcome.Attempt is { } after)
        {
            await CheckoutAttemptStore.SaveAsync(session, scope, after, clock.GetUtcNow()).ConfigureAwait(false);
        }

        await WriteAsync(session, scope, row.SubjectRef, held, outcome, checkout, checkout.CustomerId).ConfigureAwait(false);
        return null;
    }

    private async Task<string?> SubscriptionAsync(Session session, Scope scope, SubscriptionEvent subscription)
    {
        var attemptRow = await AttemptAsync(session, scope, subscription.AttemptId).ConfigureAwait(false);
        var subjectRef = await EntitlementStore.FindSubjectAsync(session, scope, subscription.SubscriptionId).ConfigureAwait(false) ?? attemptRow?.SubjectRef;
        if (subjectRef is null)
        {
            return "No checkout attempt and no right of this workspace and mode belongs to the subscription.";
        }

        var products = new Dictionary<string, ProductTerms>(StringComparer.Ordinal);
        foreach (var price in subscription.Items.Select(item => item.PriceId).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (await ProductStore.FindByPriceAsync(session, scope, price).ConfigureAwait(false) is { } product)
            {
                products[price] = product.Terms;
            }
        }

        var held = await EntitlementStore.LockAsync(session, scope, subjectRef, subscription.CreatedAt).ConfigureAwait(false);
        var outcome = SubscriptionStateRules.Apply(
            subscription, attemptRow?.ToDomain(), held.Rights, price => products.GetValueOrDefault(price), () => ids.New("ent"));
        await WriteAsync(session, scope, subjectRef, held, outcome, subscription, subscription.CustomerId).ConfigureAwait(false);
        return outcome.Changes.Count == 0 && products.Count == 0 && subscription.GivesRights && held.Rights.All(right => right.Subscription?.SubscriptionId != subscription.SubscriptionId)
            ? "No product has, or had, a price of the subscription."
            : null;
    }

    private async Task<string?> InvoiceAsync(Session session, Scope scope, InvoiceEvent invoice)
    {
        // An invoice alone gives no right: of a subscription not known here, the subscription's own event will tell.
        if (invoice.SubscriptionId is not { } subscription
            || await EntitlementStore.FindSubjectAsync(session, scope, subscription).ConfigureAwait(false) is not { } subjectRef)
        {
            return null;
        }

        var held = await EntitlementStore.LockAsync(session, scope, subjectRef, invoice.CreatedAt).ConfigureAwait(false);
        var products = new Dictionary<string, ProductTerms?>(StringComparer.Ordinal);
        foreach (var code in held.Rights.Select(right => right.ProductCode).Distinct(StringComparer.Ordinal))
        {
            products[code] = (await ProductStore.FindEverAsync(session, scope, code).ConfigureAwait(false))?.Terms;
        }

        var outcome = InvoiceRules.Apply(invoice, held.Rights, right => products.GetValueOrDefault(right.ProductCode));
        await WriteAsync(session, scope, subjectRef, held, outcome, invoice, customerId: null).ConfigureAwait(false);
        return null;
    }

    private static async Task<CheckoutAttemptRow?> AttemptAsync(Session session, Scope scope, string? id) =>
        id is null ? null : await CheckoutAttemptStore.FindAsync(session, scope, id).ConfigureAwait(false);

    private async Task WriteAsync(
        Session session, Scope scope, string subjectRef, SubjectRights held, BillingOutcome outcome, BillingEvent billing, string? customerId)
    {
        if (customerId is not null)
        {
            await CheckoutAttemptStore.AddCustomerAsync(session, scope, subjectRef, customerId, billing.CreatedAt).ConfigureAwait(false);
        }

        if (outcome.Changes.Count > 0)
        {
            var cause = new Cause(ChangeSource.Stripe, billing.Id, clock.GetUtcNow(), "stripe", billing.Id);
            await ChangeWriter.WriteAsync(session, scope, subjectRef, held, outcome.Changes, cause, leeway).ConfigureAwait(false);
        }
    }
}
