using System.Text.Json.Nodes;

namespace Licenzy.Testing;

internal static class InvoiceLineDocument
{
    public static JsonObject Of(StripeInvoice invoice, StripeLineItem line, bool old)
    {
        var amount = invoice.AmountDue == 0 ? 0 : line.Amount;
        var document = new JsonObject
        {
            ["id"] = $"il_{invoice.Id.Replace("in_", "", StringComparison.Ordinal)}{line.ItemId.Replace("si_", "", StringComparison.Ordinal)}",
            ["object"] = "line_item",
            ["amount"] = amount,
            ["currency"] = line.Price.Currency,
            ["description"] = $"{line.Quantity} × {line.Price.ProductName}",
            ["discount_amounts"] = new JsonArray(),
            ["discountable"] = true,
            ["discounts"] = new JsonArray(),
            ["invoice"] = invoice.Id,
            ["livemode"] = invoice.Subscription.Livemode,
            ["metadata"] = invoice.Subscription.Metadata.ToJson(),
            ["period"] = new JsonObject { ["end"] = (line.PeriodEnd ?? invoice.PeriodEnd).Unix(), ["start"] = (line.PeriodStart ?? invoice.PeriodStart).Unix() },
            ["pretax_credit_amounts"] = new JsonArray(),
            ["quantity"] = line.Quantity,
            ["subscription"] = invoice.Subscription.Id,
        };
        return old ? Older(document, line) : Newer(document, invoice, line, amount);
    }

    private static JsonObject Newer(JsonObject document, StripeInvoice invoice, StripeLineItem line, long amount)
    {
        document["parent"] = new JsonObject
        {
            ["invoice_item_details"] = null,
            ["subscription_item_details"] = new JsonObject
            {
                ["invoice_item"] = null,
                ["proration"] = false,
                ["proration_details"] = new JsonObject { ["credited_items"] = null },
                ["subscription"] = invoice.Subscription.Id,
                ["subscription_item"] = line.ItemId,
            },
            ["type"] = "subscription_item_details",
        };
        document["pricing"] = new JsonObject
        {
            ["price_details"] = new JsonObject { ["price"] = line.Price.Id, ["product"] = line.Price.Product },
            ["type"] = "price_details",
            ["unit_amount_decimal"] = line.Price.UnitAmount.Text(),
        };
        document["quantity_decimal"] = line.Quantity.Text();
        document["subtotal"] = amount;
        document["taxes"] = new JsonArray();
        return document;
    }

    private static JsonObject Older(JsonObject document, StripeLineItem line)
    {
        document["plan"] = line.Price.Recurring ? PriceDocument.Plan(line.Price) : null;
        document["price"] = PriceDocument.Of(line.Price);
        document["proration"] = false;
        document["subscription_item"] = line.ItemId;
        document["tax_amounts"] = new JsonArray();
        document["tax_rates"] = new JsonArray();
        document["type"] = "subscription";
        return document;
    }
}
