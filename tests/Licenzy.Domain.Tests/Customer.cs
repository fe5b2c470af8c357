using Licenzy.Domain.Access;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;

namespace Licenzy.Domain.Tests;

/// <summary>A customer's rights while events come in: the rules' outcome is all that is ever written.</summary>
internal sealed class Customer
{
    private readonly List<Entitlement> rights = [];
    private int minted;

    public CheckoutAttempt? Attempt { get; private set; }

    public IReadOnlyList<Entitlement> Rights => rights;

    public Entitlement Right => rights.Single();

    public static Customer Buying(ProductTerms product, long quantity = 1) => new()
    {
        Attempt = new CheckoutAttempt { Id = "att_1", SubjectRef = "user_123", Terms = product, Quantity = quantity, Status = AttemptStatus.Created },
    };

    public Customer Buys(ProductTerms product, long quantity = 1)
    {
        Attempt = Buying(product, quantity).Attempt;
        return this;
    }

    public Customer Holds(Entitlement right)
    {
        rights.Add(right with { Id = $"ent_{++minted}" });
        return this;
    }

    public Customer Hears(params IEnumerable<BillingEvent> events)
    {
        foreach (var outcome in events.Select(Outcome))
        {
            Attempt = outcome.Attempt ?? Attempt;
            foreach (var change in outcome.Changes)
                Write(change);
        }

        return this;
    }

    /// <summary>The operator changes the only right there is.</summary>
    public Customer Now(Func<Entitlement, Entitlement> change)
    {
        rights[0] = change(Right);
        return this;
    }

    public BillingOutcome Outcome(BillingEvent billing) => billing switch
    {
        CheckoutEvent checkout when Attempt is not null && checkout.IsAbout(Attempt) => CheckoutRules.Apply(Attempt, checkout, rights, MintId),
        SubscriptionEvent subscription => SubscriptionStateRules.Apply(subscription, Attempt, rights, Products.ByPrice, MintId),
        InvoiceEvent invoice => InvoiceRules.Apply(invoice, rights, right => Products.ByCode(right.ProductCode)),
        _ => BillingOutcome.Nothing,
    };

    public bool MayProceed(DateTimeOffset at) => AccessRules.Decide(rights, at, Leeway.Default).Allowed;

    private string MintId() => $"ent_{++minted}";

    private void Write(EntitlementChange change)
    {
        var place = rights.FindIndex(right => right.Id == change.After.Id);
        Assert.That(place < 0 ? null : rights[place], Is.EqualTo(change.Before), "A change starts from the right as it is.");
        if (place < 0)
            rights.Add(change.After);
        else
            rights[place] = change.After;
    }
}
