using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>A server whose webhook routes are tried, each test in a workspace of its own. Nothing is sent from here.</summary>
public abstract class OutboundFixture(Engine engine) : ServerFixture(engine)
{
    protected const string Unknown = "dlv_01J00000000000000000000000";

    private readonly List<HookTenant> _tenants = [];

    [OneTimeTearDown]
    public void Leave() => _tenants.ForEach(tenant => tenant.Dispose());

    protected async Task<HookTenant> TenantAsync(bool withEndpoint = true)
    {
        var tenant = await HookTenant.MakeAsync(Server, Clock);
        _tenants.Add(tenant);
        if (withEndpoint)
            await tenant.SetAsync();
        return tenant;
    }

    protected override LicenzyTestServerOptions Options()
    {
        var options = base.Options();
        options.Configure += server => server.OutboundWebhooks.Enabled = false;
        return options;
    }
}
