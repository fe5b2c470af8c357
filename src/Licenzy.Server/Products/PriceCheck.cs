using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Products;

/// <summary>Asks Stripe whether a price fits its product: recurring for a subscription, one-time for the rest, active, of the same mode (CONTRACT §2).</summary>
internal sealed class PriceCheck(Db db, StripeConnectionSecrets secrets, IStripeGateway stripe)
{
    private const string Field = "stripe_price_id";

    /// <summary>Throws the refusal; does nothing where the mode has no connection yet. Call it before the transaction.</summary>
    public async Task CheckAsync(Scope scope, ProductRow product, CancellationToken cancellationToken)
    {
        var connection = await db.ReadAsync(session => StripeConnectionStore.FindAsync(session, scope), cancellationToken).ConfigureAwait(false);
        if (connection is null)
        {
            return;
        }

        var answer = await stripe.GetPriceAsync(secrets.Key(connection), product.StripePriceId, cancellationToken).ConfigureAwait(false);
        if (answer.Failure is { } failure)
        {
            // Only a price that is not there is the request's fault: a key that Stripe takes no more, or that may not read prices, is not.
            throw new RefusedException(failure switch
            {
                { IsUnreachable: true } => Refusal.Unavailable("Stripe could not be reached to check the price. Try again.", 5),
                { Code: "resource_missing" } => Refusal.InvalidRequest(Field, $"is not a price of the connected Stripe account ({failure.Code})."),
                _ => new Refusal(
                    StatusCodes.Status502BadGateway, ErrorCodes.StripeError,
                    $"Stripe refused to show the price: {failure.Code} (Stripe request {failure.RequestId ?? "unknown"}). Look at the connection: GET /portal/stripe/connection."),
            });
        }

        if (WrongWith(answer.Value!, product, scope.Mode) is { } wrong)
        {
            throw new RefusedException(Refusal.InvalidRequest(Field, wrong));
        }
    }

    private static string? WrongWith(StripePrice price, ProductRow product, Mode mode) =>
        !price.Active ? "is not active at Stripe."
        : price.Livemode != (mode == Mode.Live) ? $"is not a price of Stripe's {mode.ToWord()} mode."
        : (product.Terms.Kind == EntitlementKind.Subscription, price.Type) switch
        {
            (true, not "recurring") => "is a one-time price; a subscription needs a recurring one.",
            (false, not "one_time") => "is a recurring price; a pass or a pack needs a one-time one.",
            _ => null,
        };
}
