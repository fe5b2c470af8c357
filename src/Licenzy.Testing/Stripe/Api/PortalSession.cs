namespace Licenzy.Testing;

/// <summary>One visit to the customer portal.</summary>
internal sealed record PortalSession(string Id, string Customer, string Url, DateTimeOffset Created)
{
    public string? ReturnUrl { get; init; }

    public string? Locale { get; init; }

    public bool Livemode { get; init; }
}
