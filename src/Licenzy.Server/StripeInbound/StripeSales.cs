using System.Text.Json;
using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.StripeInbound;

/// <summary>A Checkout Session that was not ours, as Stripe tells of it.</summary>
/// <param name="Session">Its state.</param>
/// <param name="Lines">What it sold: Stripe's price, and how many.</param>
internal sealed record StripeSale(CheckoutEvent Session, IReadOnlyList<(string Price, long Quantity)> Lines);

/// <summary>Asks Stripe what a session sold: no event says so, and nothing a payer can touch is believed (SECURITY T30).</summary>
internal sealed class StripeSales(Db db, IStripeGateway stripe, StripeConnectionSecrets secrets)
{
    /// <summary>The session, with the instant at which it was paid where a payment names one.</summary>
    public async Task<StripeSale> OfSessionAsync(Scope scope, string eventId, string sessionId, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(scope, cancellationToken).ConfigureAwait(false);
        var found = await GetAsync(key, StripePaths.Session(sessionId), cancellationToken).ConfigureAwait(false);
        return await SaleAsync(scope, key, eventId, found.Json, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The session that made a payment; <see langword="null"/> where none did.</summary>
    public async Task<StripeSale?> OfPaymentAsync(Scope scope, string eventId, string paymentId, CancellationToken cancellationToken)
    {
        if (!StripePaths.IsIntent(paymentId))
        {
            return null;
        }

        var key = await KeyAsync(scope, cancellationToken).ConfigureAwait(false);
        var found = await GetAsync(key, StripePaths.SessionsOf(paymentId), cancellationToken).ConfigureAwait(false);
        return found.Json.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array && data.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } one
            ? await SaleAsync(scope, key, eventId, one, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private async Task<StripeSale> SaleAsync(Scope scope, string key, string eventId, JsonElement session, CancellationToken cancellationToken)
    {
        var paidAt = session.Id("payment_intent") is { } payment
            ? (await GetAsync(key, StripePaths.Payment(payment), cancellationToken).ConfigureAwait(false)).Json.Object("latest_charge")?.Time("created")
            : null;
        var head = new UnknownEvent
        {
            Id = eventId,
            Type = "fetched",
            CreatedAt = paidAt ?? session.Time("created") ?? throw Refused("Stripe's answer tells no time."),
            Livemode = scope.Mode == Mode.Live,
            IsFetched = true,
        };
        return StripeObjectReader.Checkout(head, session, StripeSessionReader.ResultOf(session) ?? CheckoutResult.PaymentPending) is CheckoutEvent checkout
            ? new StripeSale(checkout, [.. session.List("line_items").Select(Line).OfType<(string, long)>()])
            : throw Refused("The session sold nothing.");
    }


    private static (string Price, long Quantity)? Line(JsonElement line) =>
        line.Id("price") is { } price && line.Quantity() is var quantity and > 0 ? (price, quantity) : null;

    private async Task<string> KeyAsync(Scope scope, CancellationToken cancellationToken) =>
        await db.ReadAsync(session => StripeConnectionStore.FindAsync(session, scope), cancellationToken).ConfigureAwait(false) is { } connection
            ? secrets.Key(connection)
            : throw new RefusedException(Refusal.Conflict(ErrorCodes.StripeNotConnected, "This mode has no Stripe connection any more, and Stripe must be asked what was sold."));

    private async Task<StripeObject> GetAsync(string key, string path, CancellationToken cancellationToken) =>
        await stripe.GetAsync(key, path, cancellationToken).ConfigureAwait(false) switch
        {
            { Value: { } value } => value,
            { Failure: { IsUnreachable: true } } => throw new RefusedException(Refusal.Unavailable("Stripe could not be reached to ask what was sold. Try again.", 5)),
            { Failure: { Code: "resource_missing" } } => throw Refused("Stripe does not know what the event is about."),
            var no => throw new RefusedException(new Refusal(
                StatusCodes.Status502BadGateway, ErrorCodes.StripeError,
                $"Stripe refused to tell what was sold: {no.Failure?.Code} (Stripe request {no.Failure?.RequestId ?? "unknown"}).")),
        };

    private static RefusedException Refused(string why) => new(Refusal.Conflict(ErrorCodes.NotLinkable, why));
}
