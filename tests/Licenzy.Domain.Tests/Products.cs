using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;

namespace Licenzy.Domain.Tests;

/// <summary>What the shop of these tests sells, each under <c>price_</c> and its code in lower case.</summary>
internal static class Products
{
    public static readonly ProductTerms Pro = Subscription("PRO", units: 100, graceDays: 21);
    public static readonly ProductTerms Plus = Subscription("PLUS", units: 300, graceDays: 7);
    public static readonly ProductTerms Lite = Subscription("LITE", units: null, graceDays: 0);
    public static readonly ProductTerms Addon = Subscription("ADDON", units: 10, graceDays: 21);
    public static readonly ProductTerms Pass30 = new() { ProductCode = "PASS30", Kind = EntitlementKind.TimePass, DurationDays = 30 };
    public static readonly ProductTerms Pack1000 = new() { ProductCode = "PACK1000", Kind = EntitlementKind.UsagePack, Units = 1000 };

    public static readonly ProductTerms[] All = [Pro, Plus, Lite, Addon, Pass30, Pack1000];

    public static string PriceOf(ProductTerms product) => $"price_{product.ProductCode.ToLowerInvariant()}";

    public static ProductTerms? ByPrice(string price) => All.FirstOrDefault(product => PriceOf(product) == price);

    public static ProductTerms? ByCode(string code) => All.FirstOrDefault(product => product.ProductCode == code);

    private static ProductTerms Subscription(string code, long? units, long graceDays) => new()
    {
        ProductCode = code,
        Kind = EntitlementKind.Subscription,
        Units = units,
        PastDueGraceDays = graceDays,
    };
}
