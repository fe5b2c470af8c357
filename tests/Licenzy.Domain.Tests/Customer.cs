using Licenzy.Domain.Access;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;

namespace Licenzy.Domain.Tests;

/// <summary>A customer's rights while events come in: the rules' outcome is all that is ever written.</summary>
internal sealed class Customer
{
    private readonly List<Entitlement> rights = [];
    private readonly Dictionary<string, CheckoutAttempt> others = [];
    private BillingFacts facts = BillingFacts.None with { SubscriptionId = "sub_1" };
    private int minted;

    /// <summary>The attempt last started or heard of.</summary>
    public CheckoutAttempt? Attempt { get; private set; }

    /// <summary>What only Stripe could settle, the last time there was such a thing.</summary>
    public StripeLook? Look { get; private set; }

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

    /// <summary>Starts several attempts side by side, <c>att_1</c> to <c>att_n</c>.</summary>
    public Customer BuysAll(params IEnumerable<ProductTerms> products)
    {
        foreach (var (place, product) in products.Index())
            others[$"att_{place + 1}"] = Buying(product).Attempt! with { Id = $"att_{place + 1}" };
        return this;
    }

    public Customer Holds(Entitlement right)
    {
        rights.Add(right with { Id = $"ent_{++minted}" });
        return this;
    }

    public Customer Hears(params IEnumerable<BillingEvent> events)
    {
        foreach (var billing in events)
        {
            Remember(billing);
            if (billing is CheckoutEvent { AttemptId: { } id } && others.TryGetValue(id, out var other))
                Attempt = other;
            var outcome = Outcome(billing);
            Attempt = outcome.Attempt ?? Attempt;
            if (outcome.Attempt is { } attempt && others.ContainsKey(attempt.Id))
                others[attempt.Id] = attempt;
            Look = outcome.Look ?? Look;
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

    /// <summary>What an operator's hand changes.</summary>
    public Customer Writes(IEnumerable<EntitlementChange> changes)
    {
        foreach (var change in changes)
            Write(change);
        return this;
    }

    public BillingOutcome Outcome(BillingEvent billing) => Told(billing).Settled(rights, facts, right => Products.ByCode(right.ProductCode));

    public bool MayProceed(DateTimeOffset at) => AccessRules.Decide(rights, at, Leeway.Default).Allowed;

    private BillingOutcome Told(BillingEvent billing) => billing switch
    {
        CheckoutEvent checkout when Attempt is not null && checkout.IsAbout(Attempt) => CheckoutRules.Apply(Attempt, checkout, rights, MintId),
        SubscriptionEvent subscription => SubscriptionStateRules.Apply(subscription, Attempt, rights, Products.ByPrice, Products.ByCode, MintId),
        _ => BillingOutcome.Nothing,
    };

    private void Remember(BillingEvent billing)
    {
        if (billing is PaymentEvent payment)
            facts = facts.With((facts.Payments.FirstOrDefault(known => known.Id == payment.PaymentId) ?? new Payment { Id = payment.PaymentId }).Hear(payment));
        if (billing is CheckoutEvent { PaymentIntentId: { } paidBy, AmountTotal: { } total })
            facts = facts.With((facts.Payments.FirstOrDefault(known => known.Id == paidBy) ?? new Payment { Id = paidBy }).Priced(total));
        if (billing is InvoiceEvent { Result: InvoiceResult.Paid, SubscriptionId: "sub_1" } invoice)
            facts = facts.With(invoice.ToPaid());
    }

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
