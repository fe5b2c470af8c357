using System.Text.Json.Nodes;

namespace Licenzy.Testing;

internal static class SubscriptionDocument
{
    public static JsonObject Of(StripeSubscription subscription, string? apiVersion)
    {
        var old = ApiShape.IsOld(apiVersion);
        var document = Common(subscription);
        document["items"] = StripeJson.List(
            $"/v1/subscription_items?subscription={subscription.Id}",
            subscription.Items.Where(line => line.Price.Recurring).Select(line => Item(subscription, line, old)));
        if (!old)
            return Newer(document, subscription);

        document["current_period_start"] = subscription.PeriodStart.Unix();
        document["current_period_end"] = subscription.PeriodEnd.Unix();
        return document.WithNulls("discount");
    }

    private static JsonObject Common(StripeSubscription subscription) => new JsonObject
    {
        ["id"] = subscription.Id,
        ["object"] = "subscription",
        ["automatic_tax"] = new JsonObject { ["enabled"] = false }.WithNulls("disabled_reason", "liability"),
        ["billing_cycle_anchor"] = subscription.Anchor.Unix(),
        ["cancel_at"] = subscription.CancelAt.Unix(),
        ["cancel_at_period_end"] = subscription.CancelAtPeriodEnd,
        ["canceled_at"] = subscription.CanceledAt.Unix(),
        ["cancellation_details"] = new JsonObject { ["reason"] = subscription.CancellationReason }.WithNulls("comment", "feedback"),
        ["collection_method"] = "charge_automatically",
        ["created"] = subscription.Created.Unix(),
        ["currency"] = subscription.Currency,
        ["customer"] = subscription.Customer,
        ["default_payment_method"] = subscription.DefaultPaymentMethod,
        ["default_tax_rates"] = new JsonArray(),
        ["discounts"] = new JsonArray(),
        ["ended_at"] = subscription.EndedAt.Unix(),
        ["invoice_settings"] = new JsonObject { ["issuer"] = new JsonObject { ["type"] = "self" } }
            .WithNulls("account_tax_ids", "custom_fields", "description", "footer"),
        ["latest_invoice"] = subscription.LatestInvoice,
        ["livemode"] = subscription.Livemode,
        ["metadata"] = subscription.Metadata.ToJson(),
        ["pause_collection"] = subscription.PauseCollection is { } behavior
            ? new JsonObject { ["behavior"] = behavior, ["resumes_at"] = subscription.CollectionResumesAt.Unix() }
            : null,
        ["payment_settings"] = new JsonObject { ["save_default_payment_method"] = "off" }
            .WithNulls("payment_method_options", "payment_method_types"),
        ["start_date"] = subscription.Created.Unix(),
        ["status"] = subscription.Status,
        ["trial_end"] = subscription.TrialEnd.Unix(),
        ["trial_settings"] = new JsonObject { ["end_behavior"] = new JsonObject { ["missing_payment_method"] = "create_invoice" } },
        ["trial_start"] = subscription.TrialStart.Unix(),
    }.WithNulls(
        "application", "application_fee_percent", "billing_cycle_anchor_config", "billing_thresholds", "days_until_due", "default_source",
        "description", "next_pending_invoice_item_invoice", "on_behalf_of", "pending_invoice_item_interval",
        "pending_setup_intent", "pending_update", "schedule", "test_clock", "transfer_data");

    private static JsonObject Newer(JsonObject document, StripeSubscription subscription)
    {
        document["billing_mode"] = new JsonObject
        {
            ["type"] = "flexible",
            ["flexible"] = new JsonObject { ["proration_discounts"] = "included" },
            ["updated_at"] = subscription.Created.Unix(),
        };
        document["billing_schedules"] = new JsonArray();
        return document.WithNulls("customer_account", "managed_payments");
    }

    private static JsonObject Item(StripeSubscription subscription, StripeLineItem line, bool old)
    {
        var item = new JsonObject
        {
            ["id"] = line.ItemId,
            ["object"] = "subscription_item",
            ["billing_thresholds"] = null,
            ["created"] = subscription.Created.Unix(),
            ["discounts"] = new JsonArray(),
            ["metadata"] = new JsonObject(),
            ["plan"] = PriceDocument.Plan(line.Price),
            ["price"] = PriceDocument.Of(line.Price),
            ["quantity"] = line.Quantity,
            ["subscription"] = subscription.Id,
            ["tax_rates"] = new JsonArray(),
        };
        if (old)
            return item;

        item["current_period_start"] = (line.PeriodStart ?? subscription.PeriodStart).Unix();
        item["current_period_end"] = (line.PeriodEnd ?? subscription.PeriodEnd).Unix();
        return item;
    }
}
