using System.Text.Json;
using Licenzy.Domain;
using Licenzy.Domain.Products;
using Licenzy.Portal;
using Licenzy.Products;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Products;

/// <summary>Products between the wire and their row.</summary>
internal static class ProductMapping
{
    // A product without a plan grants no features.
    private static readonly Dictionary<string, JsonElement> NoFeatures = [];

    public static ProductRow ToRow(this CreateProductRequest request, Scope scope, string id, DateTimeOffset now) => new()
    {
        WorkspaceId = scope.WorkspaceId,
        Mode = scope.Mode.ToWord(),
        Id = id,
        ProductCode = request.ProductCode,
        Name = request.Name,
        Kind = request.Kind,
        StripePriceId = request.StripePriceId,
        DurationDays = request.DurationDays,
        Units = request.Units,
        PastDueGraceDays = request.PastDueGraceDays ?? ProductTerms.DefaultPastDueGraceDays,
        SuccessUrl = request.SuccessUrl,
        CancelUrl = request.CancelUrl,
        CreatedAt = Instant.Millis(now),
        UpdatedAt = Instant.Millis(now),
    };

    public static ProductResponse ToResponse(this ProductRow row) => new()
    {
        Id = row.Id,
        Mode = row.Mode,
        ProductCode = row.ProductCode,
        Name = row.Name,
        Kind = row.Kind,
        StripePriceId = row.StripePriceId,
        DurationDays = row.DurationDays,
        Units = row.Units,
        PastDueGraceDays = row.PastDueGraceDays,
        SuccessUrl = row.SuccessUrl,
        CancelUrl = row.CancelUrl,
        CreatedAt = Instant.Of(row.CreatedAt),
        UpdatedAt = Instant.Of(row.UpdatedAt),
    };

    public static ProductOffer ToOffer(this ProductRow row) => new()
    {
        ProductCode = row.ProductCode,
        Name = row.Name,
        Kind = row.Kind,
        Units = row.Units,
        DurationDays = row.DurationDays,
        Features = NoFeatures,
    };

    /// <summary>The product with every member replaced; its id, code and birth stay.</summary>
    public static ProductRow With(this ProductRow row, ReplaceProductRequest request, DateTimeOffset now) => row with
    {
        Name = request.Name,
        StripePriceId = request.StripePriceId,
        DurationDays = request.DurationDays,
        Units = request.Units,
        PastDueGraceDays = request.PastDueGraceDays ?? ProductTerms.DefaultPastDueGraceDays,
        SuccessUrl = request.SuccessUrl,
        CancelUrl = request.CancelUrl,
        UpdatedAt = Instant.Millis(now),
    };

    /// <summary>The product with the members that are there replaced, and those that are null without a value, or with their default.</summary>
    public static ProductRow With(this ProductRow row, PatchProductRequest request, IReadOnlySet<string> nulls, DateTimeOffset now) => row with
    {
        Name = request.Name ?? row.Name,
        StripePriceId = request.StripePriceId ?? row.StripePriceId,
        DurationDays = nulls.Contains("duration_days") ? null : request.DurationDays ?? row.DurationDays,
        Units = nulls.Contains("units") ? null : request.Units ?? row.Units,
        PastDueGraceDays = nulls.Contains("past_due_grace_days") ? ProductTerms.DefaultPastDueGraceDays : request.PastDueGraceDays ?? row.PastDueGraceDays,
        SuccessUrl = nulls.Contains("success_url") ? null : request.SuccessUrl ?? row.SuccessUrl,
        CancelUrl = nulls.Contains("cancel_url") ? null : request.CancelUrl ?? row.CancelUrl,
        UpdatedAt = Instant.Millis(now),
    };

    public static CreateProductRequest ToCreation(this ReplaceProductRequest request, string productCode) => new()
    {
        Mode = request.Mode,
        ProductCode = productCode,
        Name = request.Name,
        Kind = request.Kind,
        StripePriceId = request.StripePriceId,
        DurationDays = request.DurationDays,
        Units = request.Units,
        PastDueGraceDays = request.PastDueGraceDays,
        SuccessUrl = request.SuccessUrl,
        CancelUrl = request.CancelUrl,
    };
}
