using System.Text.Json;
using Licenzy.Domain.Entitlements;

namespace Licenzy.Testing;

/// <summary>
/// A right for a <see cref="FakeLicenzy"/> to give or to sell. Begin with its kind, then say what is different about it:
/// <c>FakeRight.Subscription("PRO").Canceling(friday)</c>. What it means at an instant is decided by the server's own rules.
/// </summary>
public sealed partial record FakeRight
{
    private const long MostUnits = 1_000_000_000;

    private FakeRight(EntitlementKind kind, string productCode)
    {
        ArgumentException.ThrowIfNullOrEmpty(productCode);
        (Kind, ProductCode) = (kind, productCode);
    }

    internal EntitlementKind Kind { get; }

    internal string ProductCode { get; }

    internal long? Units { get; private init; }

    internal TimeSpan? Lasts { get; private init; }

    internal IReadOnlyDictionary<string, JsonElement> Features { get; private init; } = new Dictionary<string, JsonElement>();

    private DateTimeOffset? Start { get; init; }

    private DateTimeOffset? End { get; init; }

    private Func<Entitlement, DateTimeOffset, Entitlement> State { get; init; } = static (right, _) => right;

    /// <summary>A subscription without an end, as an operator gives it by hand.</summary>
    public static FakeRight Subscription(string productCode) => new(EntitlementKind.Subscription, productCode);

    /// <summary>A pass that lasts so long: from now, or from the end of the passes of that product already held.</summary>
    public static FakeRight TimePass(string productCode, TimeSpan lasts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lasts, TimeSpan.Zero);
        return new FakeRight(EntitlementKind.TimePass, productCode) { Lasts = lasts };
    }

    /// <summary>A pack of units to consume, 0 (an empty one) to 1,000,000,000.</summary>
    public static FakeRight UsagePack(string productCode, long units) => new(EntitlementKind.UsagePack, productCode) { Units = Checked(units) };

    /// <summary>Ends at an instant: a pass or a pack is over, a subscription given by hand is no longer given. It goes before <see cref="Lasting"/>.</summary>
    public FakeRight Until(DateTimeOffset end) => this with { End = end };

    /// <summary>Ends so long after it begins.</summary>
    public FakeRight Lasting(TimeSpan lasts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lasts, TimeSpan.Zero);
        return this with { Lasts = lasts };
    }

    /// <summary>Begins then; before, the reason is <c>not_started</c>.</summary>
    public FakeRight From(DateTimeOffset start) => this with { Start = start };

    /// <summary>Units that a subscription includes in each period, 0 to 1,000,000,000.</summary>
    public FakeRight Including(long units) => Only(EntitlementKind.Subscription, nameof(Including)) with { Units = Checked(units) };

    /// <summary>Grants features, each set to <c>true</c>: what <c>[RequireEntitlement("export")]</c> looks for.</summary>
    public FakeRight Granting(params string[] features) => features.Aggregate(this, static (right, feature) => right.WithFeature(feature, true));

    /// <summary>Sets a feature to a value of its own.</summary>
    /// <param name="feature">Its code.</param>
    /// <param name="value">A <see cref="bool"/>, number or text. Only a plain <c>true</c> opens a gate.</param>
    public FakeRight WithFeature(string feature, object value)
    {
        ArgumentException.ThrowIfNullOrEmpty(feature);
        return this with { Features = new Dictionary<string, JsonElement>(Features) { [feature] = JsonSerializer.SerializeToElement(value) } };
    }

    internal Entitlement Begin(string id, IEnumerable<Entitlement> held, DateTimeOffset now, long quantity = 1)
    {
        var start = Start ?? (Kind == EntitlementKind.TimePass && End is null ? EntitlementRules.NextPassStart(held, ProductCode, now) : now);
        var lasts = Kind == EntitlementKind.TimePass ? Lasts * quantity : Lasts;
        var right = new Entitlement
        {
            Id = id,
            ProductCode = ProductCode,
            Kind = Kind,
            Status = EntitlementStatus.Active,
            Source = EntitlementSource.Portal,
            Quantity = quantity,
            UnitsGranted = Units * quantity,
            UnitsRemaining = Units * quantity,
            StartsAt = start,
            ExpiresAt = End ?? (lasts is { } time ? start.Plus(time) : null),
            CreatedAt = now,
        };
        return State(right, now);
    }

    private static long Checked(long units)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(units);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(units, MostUnits);
        return units;
    }
}
