using System.Text.Json;
using System.Text.Json.Serialization;
using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Storage;

namespace Licenzy.Server.StripeInbound;

/// <summary>All SQL about payments and the invoices they paid: facts, kept whether or not anything here follows from them yet.</summary>
internal static class PaymentStore
{
    // A subscription's latest periods are all that its rights depend on. What renews nothing comes last, so that no number of small changes pushes
    // out the invoice whose payment was taken back.
    private const int MostInvoices = 24;

    private const string LatestFirst = "order by coalesce(period_end, paid_at) desc, paid_at desc, id desc";

    private const string InScope = "workspace_id = @WorkspaceId and mode = @mode";

    /// <summary>Adds to what is known of a payment, one after the other, and gives back all of it.</summary>
    public static async Task<Payment> LearnAsync(Session session, Scope scope, string id, Func<Payment, Payment> learn, long now)
    {
        var place = new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id };
        await session.ExecuteAsync(
            """
            insert into stripe_payments (workspace_id, mode, id, state, updated_at)
            values (@WorkspaceId, @mode, @id, @state, @now)
            on conflict (workspace_id, mode, id) do nothing
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id, state = Text(new Payment { Id = id }), now }).ConfigureAwait(false);
        var known = await session.FindAsync<string>(
            $"select state from stripe_payments where {InScope} and id = @id{session.Dialect.ForUpdate}", place).ConfigureAwait(false);
        var payment = learn(PaymentOf(known!));
        var state = Text(payment);
        if (state != known)
        {
            await session.ExecuteAsync(
                $"update stripe_payments set invoice_id = @InvoiceId, state = @state, updated_at = @now where {InScope} and id = @id",
                new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id, payment.InvoiceId, state, now }).ConfigureAwait(false);
        }

        return payment;
    }

    /// <summary>What is known of a payment; <see langword="null"/> where nothing is.</summary>
    public static async Task<Payment?> FindAsync(Session session, Scope scope, string id) =>
        await session.FindAsync<string>(
            $"select state from stripe_payments where {InScope} and id = @id", new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id }).ConfigureAwait(false) is { } state
            ? PaymentOf(state)
            : null;

    /// <summary>Keeps a paid invoice; told again, it is the same one.</summary>
    public static Task AddAsync(Session session, Scope scope, string subscriptionId, PaidInvoice invoice) =>
        session.ExecuteAsync(
            """
            insert into stripe_invoices (workspace_id, mode, id, subscription_id, paid_at, period_end, state)
            values (@WorkspaceId, @mode, @Id, @subscriptionId, @paidAt, @periodEnd, @state)
            on conflict (workspace_id, mode, id) do nothing
            """,
            new
            {
                scope.WorkspaceId,
                mode = scope.Mode.ToWord(),
                invoice.Id,
                subscriptionId,
                paidAt = Instant.Millis(invoice.PaidAt),
                periodEnd = Instant.Millis(invoice.LastLine?.PeriodEnd) ?? 0,
                state = JsonSerializer.Serialize(invoice, FactsJson.Default.PaidInvoice),
            });

    /// <summary>Whether nobody was told of the paid invoice yet; from now on somebody was.</summary>
    public static async Task<bool> AnnounceAsync(Session session, Scope scope, string invoiceId, long now) =>
        await session.ExecuteAsync(
            $"update stripe_invoices set announced_at = @now where {InScope} and id = @invoiceId and announced_at is null",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), invoiceId, now }).ConfigureAwait(false) == 1;

    /// <summary>The subscription that an invoice bills; <see langword="null"/> where the invoice is not known.</summary>
    public static Task<string?> FindSubscriptionAsync(Session session, Scope scope, string invoiceId) =>
        session.FindAsync<string>(
            $"select subscription_id from stripe_invoices where {InScope} and id = @invoiceId",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), invoiceId });

    /// <summary>The subscription whose invoice a payment paid; <see langword="null"/> where that is not known.</summary>
    public static Task<string?> FindPayerAsync(Session session, Scope scope, string paymentId) =>
        session.FindAsync<string>(
            """
            select i.subscription_id from stripe_payments p
            join stripe_invoices i on i.workspace_id = p.workspace_id and i.mode = p.mode and i.id = p.invoice_id
            where p.workspace_id = @WorkspaceId and p.mode = @mode and p.id = @paymentId
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), paymentId });

    /// <summary>What is known of the money behind a subscription.</summary>
    public static async Task<BillingFacts> OfSubscriptionAsync(Session session, Scope scope, string subscriptionId)
    {
        var place = new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subscriptionId };
        var invoices = await session.ListAsync<string>(
            $"select state from stripe_invoices where {InScope} and subscription_id = @subscriptionId {LatestFirst} limit {MostInvoices}",
            place).ConfigureAwait(false);
        var payments = await session.ListAsync<string>(
            $"""
            select state from stripe_payments
            where {InScope} and invoice_id in (
                select id from stripe_invoices where {InScope} and subscription_id = @subscriptionId {LatestFirst} limit {MostInvoices})
            """,
            place).ConfigureAwait(false);
        return new BillingFacts(
            subscriptionId, [.. invoices.Select(state => JsonSerializer.Deserialize(state, FactsJson.Default.PaidInvoice)!)], [.. payments.Select(PaymentOf)]);
    }

    private static Payment PaymentOf(string state) => JsonSerializer.Deserialize(state, FactsJson.Default.Payment)!;

    private static string Text(Payment payment) => JsonSerializer.Serialize(payment, FactsJson.Default.Payment);
}

/// <summary>The JSON in which facts are kept.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Payment))]
[JsonSerializable(typeof(PaidInvoice))]
internal sealed partial class FactsJson : JsonSerializerContext;
