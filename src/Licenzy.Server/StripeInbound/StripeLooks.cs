using System.Text.Json;
using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;

namespace Licenzy.Server.StripeInbound;

/// <summary>What a look at Stripe brought.</summary>
/// <param name="News">The objects as they stand, as news of that instant.</param>
/// <param name="AsOf">When Stripe answered.</param>
/// <param name="Failure">Why there is no news.</param>
internal sealed record LookAnswer(IReadOnlyList<BillingEvent> News, DateTimeOffset AsOf, string? Failure)
{
    /// <summary>Whether Stripe was silent: the same look later may bring news.</summary>
    public bool IsSilence { get; init; }

    public static LookAnswer Failed(string why, bool isSilence = false) => new([], default, why) { IsSilence = isSilence };
}

/// <summary>Asks Stripe for what an event leaves open, outside every transaction and within a bounded time.</summary>
internal sealed class StripeLooks(Db db, IStripeGateway stripe, StripeConnectionSecrets secrets, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public async Task<LookAnswer> AskAsync(Scope scope, string eventId, StripeLook look, CancellationToken cancellationToken)
    {
        var connection = await db.ReadAsync(session => StripeConnectionStore.FindAsync(session, scope), cancellationToken).ConfigureAwait(false);
        if (connection is null)
        {
            return LookAnswer.Failed("This mode has no Stripe connection any more.");
        }

        using var time = new CancellationTokenSource(Longest, clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        var asking = new Asking(stripe, secrets.Key(connection), eventId, scope.Mode == Mode.Live, patience.Token);
        try
        {
            return await (look switch
            {
                { Kind: StripeLookKind.Subscription } => asking.SubscriptionAsync(look.ObjectId),
                _ => asking.PaymentAsync(look.ObjectId),
            }).ConfigureAwait(false);
        }
        catch (LookFailedException failed)
        {
            return LookAnswer.Failed(failed.Message, failed.IsSilence);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return LookAnswer.Failed("Stripe took too long to answer.", isSilence: true);
        }
    }

    private sealed class LookFailedException(string message, bool isSilence = false) : Exception(message)
    {
        public bool IsSilence => isSilence;
    }

    /// <summary>One look: a handful of calls with one key.</summary>
    private sealed class Asking(IStripeGateway stripe, string key, string eventId, bool livemode, CancellationToken cancellationToken)
    {
        public async Task<LookAnswer> SubscriptionAsync(string id)
        {
            var found = await GetAsync(StripePaths.Subscription(id)).ConfigureAwait(false);
            return new LookAnswer([.. News(StripeObjectReader.Subscription(Head(found.AsOf), found.Json))], found.AsOf, null);
        }

        public async Task<LookAnswer> PaymentAsync(string id)
        {
            var found = await GetAsync(StripePaths.Payment(id)).ConfigureAwait(false);
            var charge = StripePaths.IsIntent(id) ? found.Json.Object("latest_charge") : found.Json;
            if (charge is not { } paid)
            {
                return LookAnswer.Failed("Stripe knows of no charge for the payment.");
            }

            var head = Head(found.AsOf);
            var invoice = await InvoiceAsync(head, id).ConfigureAwait(false);
            var refunds = await ListAsync(StripePaths.RefundsOf(id)).ConfigureAwait(false);
            var disputes = await ListAsync(StripePaths.DisputesOf(id)).ConfigureAwait(false);
            // The charge last but one: by then it is known what it paid, and the last news settles it all.
            BillingEvent?[] news =
            [
                .. invoice,
                .. refunds.Select(refund => StripePaymentReader.Refund(head, refund)),
                .. disputes.Select(dispute => StripePaymentReader.Dispute(head, dispute)),
                StripePaymentReader.Charge(head, paid) is ChargeEvent last ? last with { IsInvoiceKnown = true } : null,
            ];
            return new LookAnswer([.. news.SelectMany(News)], found.AsOf, null);
        }

        private async Task<IReadOnlyList<BillingEvent?>> InvoiceAsync(UnknownEvent head, string payment)
        {
            if (!StripePaths.IsIntent(payment)
                || await ListAsync(StripePaths.InvoicePaymentsOf(payment)).ConfigureAwait(false) is not [var link, ..] || link.Id("invoice") is not { } invoice)
            {
                return [];
            }

            var found = await GetAsync(StripePaths.Invoice(invoice)).ConfigureAwait(false);
            var paid = StripeObjectReader.Invoice(head, found.Json, InvoiceResult.Paid);
            return
            [
                paid?.SubscriptionId is { } subscription ? await LatestAsync(head, subscription).ConfigureAwait(false) : null,
                found.Json.Text("status") == "paid" ? paid : null,
                StripePaymentReader.InvoicePayment(head, link),
            ];
        }

        // What was paid since may be unknown here: an import, or more than Stripe remembers. Another month's money must not count as this one's.
        private async Task<BillingEvent?> LatestAsync(UnknownEvent head, string subscription)
        {
            foreach (var invoice in await ListAsync(StripePaths.PaidInvoicesOf(subscription)).ConfigureAwait(false))
            {
                if (StripeObjectReader.Invoice(head, invoice, InvoiceResult.Paid) is { } paid && paid.ToPaid().LastLine is not null)
                {
                    return paid;
                }
            }

            return null;
        }

        private async Task<JsonElement[]> ListAsync(string path)
        {
            var page = await GetAsync(path).ConfigureAwait(false);
            return page.Json.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array ? [.. data.EnumerateArray()] : [];
        }

        private async Task<StripeObject> GetAsync(string path)
        {
            var answer = await stripe.GetAsync(key, path, cancellationToken).ConfigureAwait(false);
            return answer switch
            {
                { Value: { } value } => value,
                { Failure: { IsUnreachable: true } } => throw new LookFailedException("Stripe could not be reached.", isSilence: true),
                { Failure: { IsNotPermitted: true } } => throw new LookFailedException("The connection's key may not read this at Stripe. Give it read access to charges, disputes, refunds, invoices and subscriptions."),
                var no => throw new LookFailedException($"Stripe refused to tell: {no.Failure?.Code} (Stripe request {no.Failure?.RequestId ?? "unknown"})."),
            };
        }

        private UnknownEvent Head(DateTimeOffset asOf) => new() { Id = eventId, Type = "fetched", CreatedAt = asOf, Livemode = livemode, IsFetched = true };

        private static IEnumerable<BillingEvent> News(BillingEvent? read) => read is null or UnknownEvent ? [] : [read];
    }
}
