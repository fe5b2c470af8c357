using System.Text.Json.Nodes;

namespace Licenzy.Testing;

internal static class InvoiceDocument
{
    // The others are in the list beside it.
    private const int MostLines = 10;

    public static JsonObject Of(StripeInvoice invoice, string? apiVersion)
    {
        var old = ApiShape.IsOld(apiVersion);
        var document = Common(invoice);
        document["lines"] = StripeJson.List($"/v1/invoices/{invoice.Id}/lines", Lines(invoice, apiVersion).Take(MostLines));
        document["lines"]!["has_more"] = invoice.Subscription.Items.Count > MostLines;
        document["lines"]!["total_count"] = invoice.Subscription.Items.Count;
        return old ? Older(document, invoice) : Newer(document, invoice);
    }

    public static IEnumerable<JsonObject> Lines(StripeInvoice invoice, string? apiVersion) =>
        invoice.Subscription.Items.Select(line => InvoiceLineDocument.Of(invoice, line, ApiShape.IsOld(apiVersion)));

    private static JsonObject Common(StripeInvoice invoice)
    {
        var paid = invoice.Status == "paid";
        var draft = invoice.Status == "draft";
        var finalizedAt = draft ? null : invoice.FinalizedAt ?? (DateTimeOffset?)invoice.Created;
        return new JsonObject
        {
            ["id"] = invoice.Id,
            ["object"] = "invoice",
            ["account_country"] = "US",
            ["account_name"] = "Example",
            ["amount_due"] = invoice.AmountDue,
            ["amount_paid"] = paid ? invoice.AmountDue : 0,
            ["amount_remaining"] = paid ? 0 : invoice.AmountDue,
            ["amount_shipping"] = 0,
            ["attempt_count"] = invoice.AttemptCount,
            ["attempted"] = invoice.AttemptCount > 0,
            ["auto_advance"] = invoice.Status is "draft" or "open",
            ["automatically_finalizes_at"] = draft ? invoice.Created.AddHours(1).Unix() : null,
            ["billing_reason"] = invoice.BillingReason,
            ["collection_method"] = "charge_automatically",
            ["created"] = invoice.Created.Unix(),
            ["currency"] = invoice.Subscription.Currency,
            ["customer"] = invoice.Subscription.Customer,
            ["customer_email"] = invoice.CustomerEmail,
            ["customer_tax_exempt"] = "none",
            ["customer_tax_ids"] = new JsonArray(),
            ["default_tax_rates"] = new JsonArray(),
            ["discounts"] = new JsonArray(),
            ["effective_at"] = finalizedAt.Unix(),
            ["ending_balance"] = 0,
            ["issuer"] = new JsonObject { ["type"] = "self" },
            ["livemode"] = invoice.Subscription.Livemode,
            ["metadata"] = new JsonObject(),
            ["next_payment_attempt"] = invoice.NextPaymentAttempt.Unix(),
            ["number"] = draft ? null : invoice.Number,
            ["payment_settings"] = new JsonObject().WithNulls("default_mandate", "payment_method_options", "payment_method_types"),
            ["period_end"] = invoice.Created.Unix(),
            ["period_start"] = invoice.Created.Unix(),
            ["post_payment_credit_notes_amount"] = 0,
            ["pre_payment_credit_notes_amount"] = 0,
            ["starting_balance"] = 0,
            ["status"] = invoice.Status,
            ["status_transitions"] = new JsonObject { ["finalized_at"] = finalizedAt.Unix(), ["paid_at"] = invoice.PaidAt.Unix() }
                .WithNulls("marked_uncollectible_at", "voided_at"),
            ["subtotal"] = invoice.AmountDue,
            ["subtotal_excluding_tax"] = invoice.AmountDue,
            ["total"] = invoice.AmountDue,
            ["total_discount_amounts"] = new JsonArray(),
            ["total_excluding_tax"] = invoice.AmountDue,
            ["total_pretax_credit_amounts"] = new JsonArray(),
            ["webhooks_delivered_at"] = invoice.Created.Unix(),
        }.WithNulls(
            "account_tax_ids", "application", "custom_fields", "customer_address", "customer_name", "customer_phone",
            "customer_shipping", "default_payment_method", "default_source", "description", "due_date", "footer", "from_invoice",
            "hosted_invoice_url", "invoice_pdf", "last_finalization_error", "latest_revision", "on_behalf_of", "receipt_number", "rendering",
            "shipping_cost", "shipping_details", "statement_descriptor", "test_clock");
    }

    private static JsonObject Newer(JsonObject document, StripeInvoice invoice)
    {
        document["amount_overpaid"] = 0;
        document["automatic_tax"] = new JsonObject { ["enabled"] = false }.WithNulls("disabled_reason", "liability", "provider", "status");
        document["parent"] = new JsonObject
        {
            ["quote_details"] = null,
            ["subscription_details"] = new JsonObject
            {
                ["metadata"] = invoice.Subscription.Metadata.ToJson(),
                ["subscription"] = invoice.Subscription.Id,
            },
            ["type"] = "subscription_details",
        };
        document["total_taxes"] = new JsonArray();
        return document.WithNulls("customer_account");
    }

    private static JsonObject Older(JsonObject document, StripeInvoice invoice)
    {
        document["automatic_tax"] = new JsonObject { ["enabled"] = false }.WithNulls("liability", "status");
        document["paid"] = invoice.Status == "paid";
        document["paid_out_of_band"] = false;
        document["charge"] = invoice.Charge;
        document["payment_intent"] = invoice.PaymentIntent;
        document["subscription"] = invoice.Subscription.Id;
        document["subscription_details"] = new JsonObject { ["metadata"] = invoice.Subscription.Metadata.ToJson() };
        document["total_tax_amounts"] = new JsonArray();
        return document.WithNulls("discount", "quote", "tax", "transfer_data");
    }
}
