using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>What came to rest is kept for its time and then goes, with all that hangs on it.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class DeliveryRetentionTests(Engine engine) : OutboundFixture(engine)
{
    [Test]
    [Spec("GET /v1/webhooks/outbound", "sent deliveries are kept for 30 days and dead ones for 90; others for as long as they wait")]
    public async Task Sent_ones_go_after_30_days_and_dead_ones_after_90()
    {
        var tenant = await TenantAsync();
        var (sent, dead, failed) = (await tenant.HaveAsync("sent"), await tenant.HaveAsync("dead"), await tenant.HaveAsync("failed"));

        foreach (var (days, left) in new (double, string[])[] { (29.9, [failed, dead, sent]), (0.2, [failed, dead]), (59.8, [failed, dead]), (0.2, [failed]), (300, [failed]) })
        {
            Clock.Advance(TimeSpan.FromDays(days));
            await TidyAsync();
            Assert.That(await tenant.ListedAsync(""), Is.EqualTo(left));
            Assert.That(await CountAsync(tenant, "outbound_events"), Is.EqualTo(left.Length));
            Assert.That(await CountAsync(tenant, "delivery_attempts"), Is.EqualTo(left.Length));
        }

        Assert.That((await tenant.CallAsync("GET", $"/outbound/{sent}")).Error, Is.EqualTo("not_found"));
    }

    [Test]
    public async Task An_event_stays_for_as_long_as_a_delivery_of_it_does()
    {
        var tenant = await TenantAsync();
        var first = await tenant.HaveAsync("sent");
        Clock.Advance(TimeSpan.FromDays(20));
        var again = (string)(await tenant.CallAsync("POST", $"/outbound/{first}/resend")).Json["id"]!;
        Clock.Advance(TimeSpan.FromDays(11));
        await TidyAsync();

        Assert.That(await tenant.ListedAsync(""), Is.EqualTo(new[] { again }));
        var shown = await tenant.ShownAsync(again);
        Assert.That(((string)shown["resend_of"]!, (string)shown["payload"]!["id"]!), Is.EqualTo((first, (string)shown["event_id"]!)));
    }

    [Test]
    public async Task More_than_a_part_goes_in_parts_and_other_workspaces_keep_theirs()
    {
        var (tenant, other) = (await TenantAsync(), await TenantAsync());
        var kept = await other.HaveAsync("dead");
        for (var i = 0; i < 3; i++)
            await tenant.HaveAsync("sent");
        await Rows.ExecuteAsync(
            Server,
            """
            insert into deliveries (workspace_id, mode, id, endpoint_id, event_id, type, status, attempts, tries, created_at, ended_at)
            with recursive numbers as (select 1 as n union all select n + 1 from numbers where n < 1100)
            select @Id, 'test', 'dlv_' || n, 'whe_gone', 'evt_' || n, 'usage.consumed', 'sent', 1, 1, 1, 1 from numbers
            """,
            new { tenant.Id });
        Clock.Advance(TimeSpan.FromDays(31));
        await TidyAsync();

        Assert.That(await CountAsync(tenant, "deliveries"), Is.Zero);
        Assert.That(await other.ListedAsync(""), Is.EqualTo(new[] { kept }));
    }

    private Task TidyAsync() => Server.Services.GetRequiredService<DeliveryRetention>().TidyAsync(CancellationToken.None);

    private Task<long> CountAsync(HookTenant tenant, string table) => Rows.ValueAsync<long>(Server, $"select count(*) from {table} where workspace_id = @Id", new { tenant.Id });
}
