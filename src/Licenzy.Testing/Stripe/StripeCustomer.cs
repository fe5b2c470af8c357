namespace Licenzy.Testing;

/// <summary>A customer at Stripe.</summary>
/// <param name="Id">The customer's id, <c>cus_…</c>.</param>
/// <param name="Email">The customer's e-mail address.</param>
/// <param name="Created">When the customer was made.</param>
public sealed record StripeCustomer(string Id, string? Email, DateTimeOffset Created)
{
    /// <summary>Whether the customer exists in live mode.</summary>
    public bool Livemode { get; init; }

    /// <summary>What its seller noted of it; set it with <see cref="StripeDouble.AddCustomer"/>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
