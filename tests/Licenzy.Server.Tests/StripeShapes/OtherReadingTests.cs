using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Domain.Billing;
using Licenzy.Server.StripeInbound;

namespace Licenzy.Server.Tests.StripeShapes;

public sealed class OtherReadingTests
{
    [TestCase("completed.payment_paid", CheckoutResult.Paid)]
    [TestCase("completed.payment_unpaid", CheckoutResult.PaymentPending)]
    [TestCase("completed.subscription", CheckoutResult.Paid)]
    [TestCase("completed.subscription_trial", CheckoutResult.Paid)]
    [TestCase("async_payment_succeeded", CheckoutResult.Paid)]
    [TestCase("async_payment_failed", CheckoutResult.PaymentFailed)]
    [TestCase("expired", CheckoutResult.Expired)]
    public void A_session_is_read_whole(string name, object result)
    {
        var (read, about) = Read<CheckoutEvent>($"checkout.session.{name}");

        Assert.That(read.Result, Is.EqualTo(result));
        Assert.That(read.SessionId, Is.EqualTo((string?)about["id"]));
        Assert.That(read.ClientReferenceId, Is.Not.Null.And.EqualTo((string?)about["client_reference_id"]));
        Assert.That((read.CustomerId, read.SubscriptionId, read.PaymentIntentId), Is.EqualTo(
            ((string?)about["customer"], (string?)about["subscription"], (string?)about["payment_intent"])));
        Assert.That((read.AttemptId, read.FromPaymentLink), Is.EqualTo(((string?)null, false)));
    }

    [Test]
    public void Our_own_metadata_names_the_attempt_and_a_payment_link_is_noticed()
    {
        var (read, _) = Read<CheckoutEvent>("checkout.session.completed.payment_paid", about =>
        {
            about["metadata"]!["licenzy_attempt_id"] = "att_ours";
            about["payment_link"] = "plink_1";
        });

        Assert.That((read.AttemptId, read.FromPaymentLink), Is.EqualTo(("att_ours", true)));
    }

    [TestCase("paid", InvoiceResult.Paid)]
    [TestCase("paid.renewal", InvoiceResult.Paid)]
    [TestCase("payment_failed", InvoiceResult.PaymentFailed)]
    [TestCase("payment_failed.final", InvoiceResult.PaymentFailed)]
    public void An_invoice_is_read_whole(string name, object result)
    {
        var (read, about) = Read<InvoiceEvent>($"invoice.{name}");

        Assert.That(read.Result, Is.EqualTo(result));
        Assert.That(read.InvoiceId, Is.EqualTo((string?)about["id"]));
        Assert.That(read.SubscriptionId, Is.Not.Null.And.EqualTo((string?)about["parent"]!["subscription_details"]!["subscription"]));
        var shown = about["lines"]!["data"]![0]!;
        Assert.That(read.Lines, Is.EqualTo(new[]
        {
            new InvoiceLine((string?)shown["parent"]!["subscription_item_details"]!["subscription_item"], At(shown["period"]!["start"]), At(shown["period"]!["end"])),
        }));
    }

    [Test]
    public void The_older_shape_of_an_invoice_is_read_the_same()
    {
        const string name = "invoice.paid.renewal";
        var (read, _) = Read<InvoiceEvent>(name);
        var (older, _) = Read<InvoiceEvent>(name, about =>
        {
            var line = about["lines"]!["data"]![0]!.AsObject();
            about["subscription"] = about["parent"]!["subscription_details"]!["subscription"]!.DeepClone();
            line["subscription_item"] = line["parent"]!["subscription_item_details"]!["subscription_item"]!.DeepClone();
            about.Remove("parent");
            line.Remove("parent");
        });

        Assert.That((older.SubscriptionId, older.Lines[0]), Is.EqualTo((read.SubscriptionId, read.Lines[0])));
    }

    [TestCase("customer.subscription.trial_will_end")]
    [TestCase("invoice.payment_action_required")]
    [TestCase("entitlements.active_entitlement_summary.updated")]
    public void What_changes_no_right_is_read_as_unknown(string name) => Read<UnknownEvent>(name);

    private static (T Read, JsonObject About) Read<T>(string name, Action<JsonObject>? edit = null)
        where T : BillingEvent
    {
        var document = StripeData.Events()[name]!;
        var about = document["data"]!["object"]!.AsObject();
        edit?.Invoke(about);
        var read = StripeEventReader.Read(Encoding.UTF8.GetBytes(document.ToJsonString()));
        Assert.That(read, Is.TypeOf<T>());
        Assert.That((read!.Id, read.Type, read.CreatedAt), Is.EqualTo(((string?)document["id"], (string?)document["type"], At(document["created"]))));
        return ((T)read, about);
    }

    private static DateTimeOffset? At(JsonNode? seconds) => DateTimeOffset.FromUnixTimeSeconds((long)seconds!);
}
