namespace Licenzy.Checkout;

/// <summary><c>POST /v1/billing-portal/session</c>: a visit to Stripe's customer portal, where subjects see invoices, change cards and cancel.</summary>
public sealed record CreateBillingPortalSessionRequest
{
    /// <summary>Your own id of the customer, 1–255 characters, compared ordinally.</summary>
    public required string SubjectRef { get; init; }

    /// <summary>Where Stripe's link back leads: an https address, http for loopback only.</summary>
    public required string ReturnUrl { get; init; }
}

/// <summary>A visit to Stripe's customer portal: send the browser there soon, the address works for a short time.</summary>
public sealed record BillingPortalSessionResponse
{
    /// <summary>Stripe's page. Whoever has the address is let in: show it to nobody else.</summary>
    public required string Url { get; init; }
}
