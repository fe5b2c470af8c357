using System.Text.Json;
using Licenzy.Domain;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Portal;
using Licenzy.Server.Entitlements;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Portal;

/// <summary>What was read of a customer beside its rights.</summary>
internal sealed record CustomerPast(IReadOnlyList<RevisionRow> Changes, IReadOnlyList<AttemptRow> Attempts, IReadOnlyList<LedgerRow> Usage, IReadOnlyList<DeliveryRow> Deliveries);

/// <summary>Customers on the wire.</summary>
internal static class CustomerMapping
{
    /// <summary>The longest section of a customer's page.</summary>
    public const int SectionLength = 50;

    public static CustomerSummary ToSummary(this CustomerFound found, DateTimeOffset now, Leeway leeway)
    {
        var access = found.Access(now, leeway);
        return new CustomerSummary
        {
            SubjectRef = found.Customer.SubjectRef,
            HasAccess = access.Decision.Allowed,
            Status = StatusWord(access),
            Reason = ReasonWord(access),
            Version = found.Customer.Version,
            StripeCustomerId = found.Customer.StripeCustomerId,
            CreatedAt = Instant.Of(found.Customer.CreatedAt),
            UpdatedAt = Instant.Of(found.Customer.UpdatedAt),
        };
    }

    public static CustomerResponse ToResponse(this CustomerFound found, CustomerPast past, DateTimeOffset now, Leeway leeway)
    {
        var (customer, access) = (found.Customer, found.Access(now, leeway));
        var views = access.Rights.ToDictionary(view => view.Right.Id, StringComparer.Ordinal);
        return new CustomerResponse
        {
            SubjectRef = customer.SubjectRef,
            Version = customer.Version,
            StripeCustomerId = customer.StripeCustomerId,
            CreatedAt = Instant.Of(customer.CreatedAt),
            UpdatedAt = Instant.Of(customer.UpdatedAt),
            Decision = new CustomerDecision
            {
                Allowed = access.Decision.Allowed,
                Reason = ReasonWord(access),
                Status = StatusWord(access),
                EntitlementId = access.Rights is [var best, ..] ? best.Right.Id : null,
                DecidedAt = now,
                NextChangeAt = access.Decision.FlipsAt,
            },
            Entitlements = Section(found.Rights, row => views[row.Id].ToResponse(row.SubjectRef, Instant.Of(row.UpdatedAt))),
            History = Section(past.Changes, ToChange),
            CheckoutAttempts = Section(past.Attempts, ToCheckout),
            Usage = Section(past.Usage, ToUsage),
            Deliveries = Section(past.Deliveries, DeliveryMapping.ToResponse),
        };
    }

    private static AccessSummary Access(this CustomerFound found, DateTimeOffset now, Leeway leeway) =>
        AccessRules.Summarise([.. found.Rights.Select(row => row.ToDomain())], now, leeway);

    private static string StatusWord(AccessSummary access) => access.Status?.ToWord() ?? "none";

    private static string ReasonWord(AccessSummary access) => access.Decision.Reason?.ToWord() ?? "no_entitlement";

    // The rows were read with one more than a section shows, which tells whether there are older ones.
    private static CustomerSection<T> Section<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, T> map) =>
        new() { Data = [.. rows.Take(SectionLength).Select(map)], Truncated = rows.Count > SectionLength };

    private static CustomerChange ToChange(RevisionRow row)
    {
        // As it was written then: a later version's columns may be missing.
        using var state = JsonDocument.Parse(row.State);
        return new CustomerChange
        {
            Version = row.Version,
            At = Instant.Of(row.At),
            Reason = row.Reason,
            Source = row.Source,
            CauseId = row.CauseId,
            Actor = row.Actor,
            Note = row.Note,
            EntitlementId = row.EntitlementId,
            ProductCode = state.RootElement.GetProperty("product_code").GetString()!,
            Status = state.RootElement.GetProperty("status").GetString()!,
            UsageRemaining = state.RootElement.TryGetProperty("units_remaining", out var units) ? units.GetInt64() : null,
        };
    }

    private static CustomerCheckout ToCheckout(AttemptRow row) => new()
    {
        AttemptId = row.Id,
        ProductCode = row.ProductCode,
        Quantity = row.Quantity,
        Status = row.Status,
        EntitlementId = row.EntitlementId,
        StripeCheckoutSessionId = row.StripeCheckoutSessionId,
        StripePriceId = row.StripePriceId,
        ExpiresAt = Instant.Of(row.ExpiresAt),
        CreatedAt = Instant.Of(row.CreatedAt),
        UpdatedAt = Instant.Of(row.UpdatedAt),
    };

    private static CustomerUsage ToUsage(LedgerRow row) => new()
    {
        At = Instant.Of(row.At),
        Kind = row.Kind,
        Amount = row.Amount,
        Units = row.Units,
        BalanceAfter = row.BalanceAfter,
        EntitlementId = row.EntitlementId,
        CauseId = row.CauseId,
        Actor = row.Actor,
        RequestId = row.RequestId,
    };
}
