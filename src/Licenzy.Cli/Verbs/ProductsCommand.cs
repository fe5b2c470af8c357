using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Licenzy.Json;
using Licenzy.Portal;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy products</c>: which Stripe price gives which right.</summary>
internal static class ProductsCommand
{
    public static Command Create() => new("products", "Which Stripe price gives which right.") { List(), Add(), Update(), Delete() };

    private static Command List()
    {
        var mode = PortalVerb.Mode();
        return PortalVerb.Create("list", "A mode's products, newest first.", [mode], async call => call.Tell(
            await AllAsync(call, call.Parsed.GetValue(mode)!).ConfigureAwait(false), LicenzyJson.Default.PageProductResponse, Show));
    }

    private static Command Add()
    {
        var code = new Argument<string>("code") { Description = "Your own code of the product, such as PRO." };
        var kind = new Option<string>("--kind") { Description = "subscription, time_pass or usage_pack.", Required = true };
        kind.AcceptOnlyFromAmong("subscription", "time_pass", "usage_pack");
        var (mode, terms) = (PortalVerb.Mode(), new ProductOptions(isNew: true));
        return PortalVerb.Create("create", "Map a Stripe price to a right.", [code, mode, kind, .. terms.All], async call => call.Tell(
            await call.Portal.CreateProductAsync(
                terms.Creation(call.Parsed, call.Parsed.GetValue(mode)!, call.Parsed.GetValue(code)!, call.Parsed.GetValue(kind)!), call.CancellationToken).ConfigureAwait(false),
            LicenzyJson.Default.ProductResponse,
            made => Console.WriteLine($"{made.ProductCode} is made: {made.Id}, {made.Kind} at {made.StripePriceId}, {made.Mode} mode.")));
    }

    private static Command Update()
    {
        var (product, mode, terms) = (Product(), PortalVerb.Mode(), new ProductOptions(isNew: false));
        return PortalVerb.Create("update", "Change what is named of a product, and nothing else.", [product, mode, .. terms.All], async call =>
        {
            var id = await IdAsync(call, call.Parsed.GetValue(mode)!, call.Parsed.GetValue(product)!).ConfigureAwait(false);
            call.Tell(
                await call.Portal.ChangeProductAsync(id, terms.Change(call.Parsed), call.CancellationToken).ConfigureAwait(false),
                LicenzyJson.Default.ProductResponse,
                changed => Console.WriteLine($"{changed.ProductCode} is changed: {changed.Name}, {changed.Kind} at {changed.StripePriceId}."));
        });
    }

    private static Command Delete()
    {
        var (product, mode) = (Product(), PortalVerb.Mode());
        return PortalVerb.Create("delete", "Sell a product no more. Rights already granted live on.", [product, mode], async call =>
        {
            var name = call.Parsed.GetValue(product)!;
            var id = await IdAsync(call, call.Parsed.GetValue(mode)!, name).ConfigureAwait(false);
            await call.Portal.DeleteProductAsync(id, call.CancellationToken).ConfigureAwait(false);
            Console.WriteLine(call.IsJson
                ? JsonSerializer.Serialize(new Dictionary<string, string> { ["deleted"] = id })
                : $"{name} is deleted: it sells no more, and rights already granted live on.");
        });
    }

    private static Argument<string> Product() => new("product") { Description = "Its code, or its id, prd_…" };

    // Whoever types has the code at hand; the server knows products by id.
    private static async Task<string> IdAsync(PortalCall call, string mode, string product) =>
        (await AllAsync(call, mode).ConfigureAwait(false)).Data.FirstOrDefault(known => known.ProductCode == product)?.Id ?? product;

    private static Task<Page<ProductResponse>> AllAsync(PortalCall call, string mode) =>
        PortalCall.AllAsync((limit, cursor) => call.Portal.ListProductsAsync(mode, limit, cursor, call.CancellationToken));

    private static void Show(Page<ProductResponse> products)
    {
        if (products.Data.Count == 0)
        {
            Console.WriteLine("No products in this mode yet. Make one: licenzy products create PRO --kind subscription --name Pro --price price_…");
            return;
        }

        PortalCall.Table(
            ["code", "name", "kind", "Stripe price", "days", "units", "id"],
            products.Data.Select(product => new[]
            {
                product.ProductCode, product.Name, product.Kind, product.StripePriceId,
                product.DurationDays?.ToString(CultureInfo.InvariantCulture), product.Units?.ToString(CultureInfo.InvariantCulture), product.Id,
            }));
    }
}
