using System.Text.Json;
using Licenzy.Domain.Billing;

namespace Licenzy.Server.StripeInbound;

/// <summary>An event of the operator's Stripe account that is about an account's subscription.</summary>
/// <param name="News">The event in our words.</param>
/// <param name="SubscriptionId">The subscription it is about.</param>
internal sealed record OperatorEvent(BillingEvent News, string SubscriptionId)
{
    public string? CustomerId { get; init; }

    /// <summary>The account it names.</summary>
    public string? AccountId { get; init; }

    /// <summary>The plan's name: metadata <c>licenzy_plan</c>, else of the first item's price the lookup key, the product, the price itself.</summary>
    public string? Plan { get; init; }

    public DateTimeOffset? TrialEnd { get; init; }

    /// <summary>How the account is named.</summary>
    public AccountMatch By => News is SubscriptionEvent ? AccountMatch.Metadata : AccountMatch.Checkout;
}

/// <summary>What says whose subscription it is, from weak to strong.</summary>
internal enum AccountMatch
{
    /// <summary>The Stripe customer pays for one account already.</summary>
    Customer,

    /// <summary>The checkout's metadata, or its client reference.</summary>
    Checkout,

    /// <summary>The subscription's own metadata.</summary>
    Metadata,
}

/// <summary>Reads what only the operator's billing asks of an event, beside what <see cref="StripeEventReader"/> reads.</summary>
internal static class OperatorEventReader
{
    private const string AccountKey = "licenzy_account_id";
    private const string PlanKey = "licenzy_plan";

    /// <summary>What the event says of an account's subscription; <see langword="null"/> where it says nothing.</summary>
    /// <exception cref="JsonException">A text in it is none.</exception>
    public static OperatorEvent? Read(BillingEvent news, ReadOnlyMemory<byte> body)
    {
        // An event of an account connected to the operator's is about money of others.
        if (news is not (SubscriptionEvent or CheckoutEvent { SubscriptionId: not null }) || news.Account is not null)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Object("data")?.Object("object") is { } subject ? Read(news, subject) : null;
        }
        catch (InvalidOperationException surrogates)
        {
            throw new JsonException("A text holds half a surrogate pair.", surrogates);
        }
    }

    private static OperatorEvent Read(BillingEvent news, JsonElement subject)
    {
        var metadata = subject.Object("metadata");
        var named = metadata?.Text(AccountKey);
        if (news is CheckoutEvent checkout)
        {
            return new OperatorEvent(news, checkout.SubscriptionId!)
            {
                CustomerId = checkout.CustomerId,
                // Of a payment link the client reference is the payer's to choose.
                AccountId = named ?? (checkout.FromPaymentLink ? null : checkout.ClientReferenceId),
            };
        }

        var subscription = (SubscriptionEvent)news;
        var item = subject.List("items").FirstOrDefault();
        var price = item.Object("price") ?? item.Object("plan");
        return new OperatorEvent(news, subscription.SubscriptionId)
        {
            CustomerId = subscription.CustomerId,
            AccountId = named,
            Plan = metadata?.Text(PlanKey) ?? price?.Text("lookup_key") ?? price?.Id("product") ?? item.Id("price"),
            TrialEnd = subject.Time("trial_end"),
        };
    }
}
