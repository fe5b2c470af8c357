using BenchmarkDotNet.Attributes;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;

namespace Licenzy.Benchmarks;

/// <summary>The decision itself. Most subjects have one right; the last of them all is the usable one here, so that none is spared.</summary>
public class AccessRuleBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    private Entitlement[] _rights = [];

    [Params(1, 5, 50)]
    public int Rights { get; set; }

    [GlobalSetup]
    public void SetUp() => _rights = [.. Enumerable.Range(1, Rights).Select(Right)];

    [Benchmark]
    public Decision Decide() => AccessRules.Decide(_rights, Now, Leeway.Default);

    [Benchmark]
    public AccessSummary Summarise() => AccessRules.Summarise(_rights, Now, Leeway.Default);

    private Entitlement Right(int number) => new()
    {
        Id = $"ent_{number:D26}",
        ProductCode = "PASS",
        Kind = EntitlementKind.TimePass,
        Status = EntitlementStatus.Active,
        Source = EntitlementSource.Portal,
        StartsAt = Now.AddDays(-100 + number),
        ExpiresAt = number == Rights ? Now.AddDays(1) : Now.AddDays(-1),
        CreatedAt = Now.AddDays(-100 + number),
    };
}
