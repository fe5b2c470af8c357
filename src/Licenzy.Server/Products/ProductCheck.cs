using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using Licenzy.Server.Hosting;

namespace Licenzy.Server.Products;

/// <summary>What a product must be like, however it is written: made, replaced or changed in part (CONTRACT §2).</summary>
internal static class ProductCheck
{
    public const int LongestCode = 64;

    public static bool IsCode(string code) =>
        code.Length is >= 1 and <= LongestCode && code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.');

    /// <summary>Adds what is wrong with a product as it would be.</summary>
    public static FieldErrors Product(this FieldErrors errors, ProductRow product)
    {
        var kind = Words.Find<EntitlementKind>(product.Kind);
        return errors
            .Require(IsCode(product.ProductCode), "product_code", $"must be 1 to {LongestCode} letters, digits, '_', '-' or '.'.")
            .Text(product.Name, "name", longest: 200)
            .Require(kind is not null, "kind", $"must be one of: {Words.List<EntitlementKind>()}.")
            .Require(IsPrice(product.StripePriceId), "stripe_price_id", "must be a Stripe price id, price_….")
            .Range(product.DurationDays, "duration_days", 1, 36_500)
            .Require(kind != EntitlementKind.TimePass || product.DurationDays is not null, "duration_days", "is required for a time_pass.")
            .Require(kind != EntitlementKind.Subscription || product.DurationDays is null, "duration_days", "does not apply to a subscription: its period is Stripe's.")
            .Range(product.Units, "units", 1, UsageRules.MaxUnits)
            .Require(kind != EntitlementKind.UsagePack || product.Units is not null, "units", "is required for a usage_pack.")
            .Require(kind != EntitlementKind.TimePass || product.Units is null, "units", "does not apply to a time_pass.")
            .Range(product.PastDueGraceDays, "past_due_grace_days", 0, 365)
            .WebAddress(product.SuccessUrl, "success_url")
            .WebAddress(product.CancelUrl, "cancel_url");
    }

    /// <summary>The row always has a grace; the request may only name one where it means something.</summary>
    public static FieldErrors Grace(this FieldErrors errors, string kind, long? graceDays) =>
        errors.Require(graceDays is null || kind == EntitlementKind.Subscription.ToWord(), "past_due_grace_days", "applies to a subscription only.");

    private static bool IsPrice(string price) =>
        price.Length is > 6 and <= 255 && price.StartsWith("price_", StringComparison.Ordinal) && price.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
}
