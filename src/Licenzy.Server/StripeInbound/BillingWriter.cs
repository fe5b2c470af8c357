using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Products;
using Licenzy.Server.Storage;

namespace Licenzy.Server.StripeInbound;

/// <summary>Writes what follows from an event and from all that is known of the money, under the subject's lock.</summary>
internal sealed class BillingWriter(ChangeWriter writer, BillingNews news)
{
    /// <summary>The subject's rights as they stand now; <see langword="null"/> where nothing changed.</summary>
    public async Task<SubjectRights?> WriteAsync(
        Session session, Scope scope, Subject subject, BillingOutcome outcome, BillingFacts facts, BillingEvent billing)
    {
        var products = await ProductsAsync(session, scope, subject.Held.Rights, facts).ConfigureAwait(false);
        var settled = outcome.Settled(subject.Held.Rights, facts, right => products.GetValueOrDefault(right.ProductCode));
        if (settled.Changes.Count == 0)
        {
            return null;
        }

        var cause = await news.CauseOfAsync(session, scope, billing).ConfigureAwait(false);
        return await writer.WriteAsync(session, scope, subject.Ref, subject.Held, settled.Changes, cause).ConfigureAwait(false);
    }

    // Only a period that an invoice proves asks for a product: what the new period includes.
    private static async Task<Dictionary<string, ProductTerms?>> ProductsAsync(
        Session session, Scope scope, IReadOnlyList<Entitlement> rights, BillingFacts facts)
    {
        var products = new Dictionary<string, ProductTerms?>(StringComparer.Ordinal);
        var codes = facts.Invoices.Count == 0 ? [] : rights.Where(right => right.Subscription?.SubscriptionId == facts.SubscriptionId).Select(right => right.ProductCode);
        foreach (var code in codes.Distinct(StringComparer.Ordinal))
        {
            products[code] = (await ProductStore.FindEverAsync(session, scope, code).ConfigureAwait(false))?.Terms;
        }

        return products;
    }
}

/// <summary>A subject whose lock is held, and its rights.</summary>
internal sealed record Subject(string Ref, SubjectRights Held);
