namespace Licenzy.Domain.Entitlements;

/// <summary>How long a subscription stays usable past its period while Stripe's news is on its way.</summary>
/// <param name="Renewal">After a paid period: renewal invoices are finalised about an hour after the turn, and payments take time.</param>
/// <param name="Trial">After a trial.</param>
public sealed record Leeway(TimeSpan Renewal, TimeSpan Trial)
{
    /// <summary>48 hours after a paid period, one hour after a trial (CONTRACT §5).</summary>
    public static Leeway Default { get; } = new(TimeSpan.FromHours(48), TimeSpan.FromHours(1));
}
