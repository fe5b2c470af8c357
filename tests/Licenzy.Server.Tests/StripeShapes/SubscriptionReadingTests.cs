using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Domain.Billing;
using Licenzy.Server.StripeInbound;

namespace Licenzy.Server.Tests.StripeShapes;

/// <summary>What is read of Stripe's subscription events is what stands in them.</summary>
public sealed class SubscriptionReadingTests
{
    private const string Prefix = "customer.subscription.";

    [TestCase("created", StripeSubscriptionStatus.Incomplete, true)]
    [TestCase("created.trialing", StripeSubscriptionStatus.Trialing, true)]
    [TestCase("updated", StripeSubscriptionStatus.Active, false)]
    [TestCase("updated.renewed", StripeSubscriptionStatus.Active, false)]
    [TestCase("updated.past_due", StripeSubscriptionStatus.PastDue, false)]
    [TestCase("updated.recovered", StripeSubscriptionStatus.Active, false)]
    [TestCase("updated.cancel_at_period_end", StripeSubscriptionStatus.Active, false)]
    [TestCase("updated.cancel_at_portal_flexible", StripeSubscriptionStatus.Active, false)]
    [TestCase("updated.uncanceled", StripeSubscriptionStatus.Active, false)]
    [TestCase("updated.upgraded", StripeSubscriptionStatus.Active, false)]
    [TestCase("updated.incomplete_expired", StripeSubscriptionStatus.IncompleteExpired, false)]
    [TestCase("updated.unpaid", StripeSubscriptionStatus.Unpaid, false)]
    [TestCase("paused", StripeSubscriptionStatus.Paused, false)]
    [TestCase("resumed", StripeSubscriptionStatus.Active, false)]
    [TestCase("deleted", StripeSubscriptionStatus.Canceled, false)]
    [TestCase("deleted.payment_failed", StripeSubscriptionStatus.Canceled, false)]
    public void A_subscription_is_read_whole(string name, object status, bool isCreation)
    {
        var (read, about) = Read(name);

        Assert.That((read.Status, read.IsCreation), Is.EqualTo(((StripeSubscriptionStatus)status, isCreation)));
        Assert.That(read.SubscriptionId, Is.EqualTo((string?)about["id"]));
        Assert.That(read.CustomerId, Is.EqualTo((string?)about["customer"]));
        Assert.That(read.CancelAtPeriodEnd, Is.EqualTo((bool)about["cancel_at_period_end"]!));
        Assert.That(Unix(read.CancelAt), Is.EqualTo((long?)about["cancel_at"]));
        Assert.That(Unix(read.EndedAt), Is.EqualTo((long?)about["ended_at"]));
        Assert.That(read.AttemptId, Is.Null, "the metadata there is not ours");
        var (item, shown) = (read.Items.Single(), about["items"]!["data"]![0]!);
        Assert.That((item.Id, item.PriceId, item.Quantity), Is.EqualTo(((string?)shown["id"], (string?)shown["price"]!["id"], (long)shown["quantity"]!)));
        Assert.That(Unix(item.PeriodStart), Is.Not.Null.And.EqualTo((long?)shown["current_period_start"]));
        Assert.That(Unix(item.PeriodEnd), Is.Not.Null.And.EqualTo((long?)shown["current_period_end"]));
    }

    [TestCase("created")]
    [TestCase("updated.renewed")]
    [TestCase("deleted")]
    public void The_older_shape_with_the_period_on_top_is_read_the_same(string name)
    {
        var (read, _) = Read(name);
        var (older, _) = Read(name, about =>
        {
            foreach (var member in (string[])["current_period_start", "current_period_end"])
            {
                var item = about["items"]!["data"]![0]!.AsObject();
                about[member] = item[member]!.DeepClone();
                item.Remove(member);
            }
        });

        Assert.That(older.Items, Is.EqualTo(read.Items));
    }

    [Test]
    public void A_period_that_is_nowhere_is_unknown_never_1970()
    {
        var (read, _) = Read("updated", about =>
        {
            var item = about["items"]!["data"]![0]!.AsObject();
            (item["current_period_start"], item["current_period_end"]) = (null, 0);
        });

        Assert.That((read.Items[0].PeriodStart, read.Items[0].PeriodEnd), Is.EqualTo(((DateTimeOffset?)null, (DateTimeOffset?)null)));
    }

    [Test]
    public void An_expanded_customer_and_price_are_read_by_their_ids()
    {
        var (read, about) = Read("updated", about =>
        {
            about["customer"] = new JsonObject { ["id"] = "cus_expanded", ["object"] = "customer" };
            about["items"]!["data"]![0]!["price"] = "price_unexpanded";
        });

        Assert.That((read.CustomerId, read.Items[0].PriceId), Is.EqualTo(("cus_expanded", "price_unexpanded")));
    }

    private static (SubscriptionEvent Read, JsonObject About) Read(string name, Action<JsonObject>? edit = null)
    {
        var document = StripeData.Events()[Prefix + name]!;
        var about = document["data"]!["object"]!.AsObject();
        edit?.Invoke(about);
        var read = StripeEventReader.Read(Encoding.UTF8.GetBytes(document.ToJsonString()));
        Assert.That(read, Is.TypeOf<SubscriptionEvent>());
        Assert.That((read!.Id, read.Type, Unix(read.CreatedAt), read.Livemode, read.Account), Is.EqualTo(
            ((string?)document["id"], (string?)document["type"], (long?)document["created"], (bool)document["livemode"]!, (string?)null)));
        return ((SubscriptionEvent)read, about);
    }

    private static long? Unix(DateTimeOffset? instant) => instant?.ToUnixTimeSeconds();
}
