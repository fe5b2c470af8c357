namespace Licenzy.Packages.Tests.Stubs;

/// <summary>Clients of a stub whose retries do not wait.</summary>
public static class Clients
{
    public const string Key = "lz_test_0123456789ABCDEFGHIJKLMNOPQRSTUVabcdef";

    public const string AdminKey = "lz_admin_0123456789ABCDEFGHIJKLMNOPQRSTUVabcdef";

    public static LicenzyClientOptions OptionsFor(Stub stub) => OptionsFor(stub.Address);

    // Time-outs of minutes: the clock that skips waits must not skip them.
    public static LicenzyClientOptions OptionsFor(Uri address) => new()
    {
        BaseAddress = address,
        ApiKey = Key,
        TotalTimeout = TimeSpan.FromMinutes(10),
        AttemptTimeout = TimeSpan.FromMinutes(5),
    };

    public static LicenzyClient Of(Stub stub, Action<LicenzyClientOptions>? configure = null, TimeProvider? clock = null)
    {
        var options = OptionsFor(stub);
        configure?.Invoke(options);
        return LicenzyClient.Create(options, clock ?? new SkippingClock());
    }

    public static LicenzyPortalClient PortalOf(Stub stub) => LicenzyPortalClient.Create(
        new()
        {
            BaseAddress = stub.Address,
            AdminKey = AdminKey,
            TotalTimeout = TimeSpan.FromMinutes(10),
            AttemptTimeout = TimeSpan.FromMinutes(5),
        },
        new SkippingClock());
}
