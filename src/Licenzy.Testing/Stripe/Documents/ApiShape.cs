namespace Licenzy.Testing;

/// <summary>Which of the two shapes an API version has: Stripe moved periods to items and the invoice's subscription to its parent.</summary>
internal static class ApiShape
{
    private const string ItemPeriodsSince = "2025-03-31";

    // Versions begin with a date, so that ordinal order is the order in time. No version at all is read as the newest.
    public static bool IsOld(string? apiVersion) => apiVersion is not null && string.CompareOrdinal(apiVersion, ItemPeriodsSince) < 0;
}
