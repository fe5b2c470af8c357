using Licenzy.Domain;
using Licenzy.Server.Accounts;
using Licenzy.Server.Audit;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Products;

/// <summary>Writes products: the price checked at Stripe before, owned by one product, and the change in the audit log.</summary>
internal sealed class ProductDesk(PriceCheck prices, PlanGate plans, AuditStore audit)
{
    /// <summary>What is asked before a product that sells anew: the account's plan, then its price.</summary>
    public async Task CheckNewAsync(PortalCaller caller, ProductRow product, HttpContext context)
    {
        await plans.RequireAsync(caller, product.Scope.Mode, context.RequestAborted).ConfigureAwait(false);
        await CheckPriceAsync(product.Scope, product, context).ConfigureAwait(false);
    }

    public Task CheckPriceAsync(Scope scope, ProductRow product, HttpContext context) => prices.CheckAsync(scope, product, context.RequestAborted);

    public async Task SaveAsync(Session session, ProductRow product, string action, PortalCaller caller, HttpContext context)
    {
        if (await ProductStore.FindLiveOwnerAsync(session, product.Scope, product.StripePriceId).ConfigureAwait(false) is { } owner && owner != product.ProductCode)
        {
            throw PriceTaken($"product {owner}");
        }

        if (!await ProductStore.SaveAsync(session, product).ConfigureAwait(false))
        {
            throw PriceTaken("a product made at the same moment");
        }

        await AuditAsync(session, product, action, caller, context).ConfigureAwait(false);
    }

    public Task AuditAsync(Session session, ProductRow product, string action, PortalCaller caller, HttpContext context) =>
        audit.AddAsync(session, product.Scope, new AuditEntry(caller.Actor, action, product.ProductCode, $"{product.Kind} at {product.StripePriceId}"), context);

    private static RefusedException PriceTaken(string owner) =>
        new(Refusal.InvalidRequest("stripe_price_id", $"belongs to {owner} already: one price must say one product."));
}
