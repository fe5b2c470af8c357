using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Checkout;
using Licenzy.Server.Hosting;
using Licenzy.Server.Products;
using Licenzy.Server.Storage;

namespace Licenzy.Server.StripeInbound;

/// <summary>What an unmatched event can be linked by.</summary>
/// <param name="Objects">Stripe's objects that become the subject's, what was sold first.</param>
/// <param name="Sale">What a payment bought, where Stripe had to be asked.</param>
internal sealed record LinkTarget(IReadOnlyList<string> Objects, StripeSale? Sale);

/// <summary>
/// Gives what was sold outside of our checkout to a subject, by an operator's word. A subscription is linked, its product is its price's; a one-time
/// purchase gets the checkout record that it lacks. From then on its events apply like any other's.
/// </summary>
internal sealed class StripeLinkDesk(Db db, StripeSales sales, BillingEffects effects, Ids ids, TimeProvider clock)
{
    /// <summary>What there is to link; asks Stripe where no event says what was sold.</summary>
    public async Task<LinkTarget> FindAsync(Scope scope, string eventId, CancellationToken cancellationToken)
    {
        var row = await db.ReadAsync(session => StripeEventStore.FindAsync(session, scope, eventId), cancellationToken).ConfigureAwait(false);
        return StripeEventReader.Read(Linkable(row).Payload) switch
        {
            SubscriptionEvent { SubscriptionId: var id } => new LinkTarget([id], null),
            InvoiceEvent { SubscriptionId: { } id } => new LinkTarget([id], null),
            CheckoutEvent { SubscriptionId: { } id } checkout => new LinkTarget([id, checkout.SessionId], null),
            CheckoutEvent checkout => Target(await sales.OfSessionAsync(scope, eventId, checkout.SessionId, cancellationToken).ConfigureAwait(false)),
            PaymentEvent payment => await OfPaymentAsync(scope, eventId, payment.PaymentId, cancellationToken).ConfigureAwait(false),
            _ => throw Refused("The event is about nothing that can be linked."),
        };
    }

    /// <summary>Links, applies all that was kept for it, and refuses to have done anything where the event still fits nothing.</summary>
    public async Task LinkAsync(Session session, Scope scope, string eventId, LinkTarget target, string subjectRef)
    {
        await LockOrder.BeginAsync(session, scope, eventId, target.Objects).ConfigureAwait(false);
        Linkable(await StripeEventStore.FindAsync(session, scope, eventId).ConfigureAwait(false));
        var now = Instant.Millis(clock.GetUtcNow());
        if (target.Sale is { Session: { SubscriptionId: null } sold } sale)
        {
            await RecordAsync(session, scope, sale, subjectRef, now).ConfigureAwait(false);
            await KeptAsync(session, scope, target.Objects, now).ConfigureAwait(false);
            await effects.ApplyAsync(session, scope, sold).ConfigureAwait(false);
        }
        else
        {
            foreach (var id in target.Objects)
            {
                await StripeLinkStore.SaveAsync(session, scope, id, subjectRef, now).ConfigureAwait(false);
            }

            await KeptAsync(session, scope, target.Objects, now).ConfigureAwait(false);
        }

        if (await StripeEventStore.FindAsync(session, scope, eventId).ConfigureAwait(false) is { Status: "unmatched" } still)
        {
            // Beyond the bound of what is applied at once, or its object became known by another event just now.
            await effects.AgainAsync(session, scope, still).ConfigureAwait(false);
        }

        await AskedAsync(session, scope, eventId, target, now).ConfigureAwait(false);
        var after = await StripeEventStore.FindAsync(session, scope, eventId).ConfigureAwait(false);
        if (after is { Status: "unmatched" })
        {
            throw after.Note == SubscriptionEffects.NoPrice
                ? NotMapped("a price of the subscription")
                : Refused($"Linked, the event still fits nothing: {after.Note}");
        }
    }

    // Of the subscription itself nothing was heard: the worker asks, and its state brings along whatever waits for it.
    private static async Task AskedAsync(Session session, Scope scope, string eventId, LinkTarget target, long now)
    {
        if (target.Sale is not { Session.SubscriptionId: null }
            && await StripeEventStore.FindAsync(session, scope, eventId).ConfigureAwait(false) is { Status: "unmatched" } row
            && StripeEventReader.Read(row.Payload) is not SubscriptionEvent)
        {
            var look = new StripeLook(StripeLookKind.Subscription, target.Objects[0], "Nothing was heard of the linked subscription itself yet.");
            await StripeEventStore.SaveAsync(session, scope, eventId, new InboxState(InboxStatus.Pending, look.Why, look, now), now).ConfigureAwait(false);
        }
    }

    private async Task<LinkTarget> OfPaymentAsync(Scope scope, string eventId, string payment, CancellationToken cancellationToken)
    {
        var subscription = await db.ReadAsync(session => PaymentStore.FindPayerAsync(session, scope, payment), cancellationToken).ConfigureAwait(false);
        return subscription is not null
            ? new LinkTarget([subscription, payment], null)
            : await sales.OfPaymentAsync(scope, eventId, payment, cancellationToken).ConfigureAwait(false) is { } sale
                ? Target(sale)
                : throw Refused("No Checkout Session made the payment, so it is not known what was sold. Give the right by hand: POST /portal/customers/{subject_ref}/grants.");
    }

    private static LinkTarget Target(StripeSale sale) => sale.Session.SubscriptionId is { } subscription
        ? new LinkTarget([subscription, sale.Session.SessionId], sale)
        : new LinkTarget([.. new[] { sale.Session.SessionId, sale.Session.PaymentIntentId }.OfType<string>()], sale);

    // The record that our own checkout would have made: what was sold, and to whom.
    private async Task RecordAsync(Session session, Scope scope, StripeSale sale, string subjectRef, long now)
    {
        if (await CheckoutAttemptStore.FindBySessionAsync(session, scope, sale.Session.SessionId).ConfigureAwait(false) is not null)
        {
            return;
        }

        if (sale.Lines is not [var (price, quantity)])
        {
            throw Refused("The session sold several things at once. Give the rights by hand: POST /portal/customers/{subject_ref}/grants.");
        }

        var product = await ProductStore.FindByPriceAsync(session, scope, price).ConfigureAwait(false) ?? throw NotMapped($"the price {price}");
        if (product.Terms.Kind == EntitlementKind.Subscription)
        {
            throw Refused($"{product.ProductCode} is a subscription, and the session sold it once.");
        }

        await CheckoutAttemptStore.AddAsync(session, new CheckoutAttemptRow
        {
            WorkspaceId = scope.WorkspaceId,
            Mode = scope.Mode.ToWord(),
            Id = ids.New("att"),
            SubjectRef = subjectRef,
            ProductCode = product.ProductCode,
            Kind = product.Kind,
            StripePriceId = price,
            Units = product.Units,
            DurationDays = product.DurationDays,
            PastDueGraceDays = product.PastDueGraceDays,
            Quantity = quantity,
            Status = AttemptStatus.Created.ToWord(),
            // Nothing was asked of Stripe: somebody else sold it.
            StripeForm = "",
            StripeCheckoutSessionId = sale.Session.SessionId,
            ExpiresAt = now,
            CreatedAt = now,
            UpdatedAt = now,
        }).ConfigureAwait(false);
    }

    private async Task KeptAsync(Session session, Scope scope, IReadOnlyList<string> objects, long now)
    {
        // Twice: of one second, an invoice may stand before the subscription that it bills.
        foreach (var id in objects.Concat(objects))
        {
            await effects.KeptAsync(session, scope, id).ConfigureAwait(false);
            // What is left over, however old, the worker takes.
            await StripeEventStore.DueAsync(session, scope, id, now).ConfigureAwait(false);
        }
    }

    private static StripeEventRow Linkable(StripeEventRow? row) => row switch
    {
        null => throw new RefusedException(Refusal.NotFound),
        { Status: "unmatched" } => row,
        { Status: "applied" } => throw Refused("The event is applied already: what it is about has its subject."),
        { Status: "pending" } => throw Refused("The event waits for an answer of Stripe's. If nothing fits it then, it becomes unmatched and can be linked."),
        _ => throw Refused("The event could not be applied; its note says why. Mend that, then replay it."),
    };

    private static RefusedException NotMapped(string what) => new(Refusal.Conflict(
        ErrorCodes.PriceNotMapped, $"No product has, or had, {what}. Make a product with that price, POST /portal/products, then link the event again."));

    private static RefusedException Refused(string why) => new(Refusal.Conflict(ErrorCodes.NotLinkable, why));
}
