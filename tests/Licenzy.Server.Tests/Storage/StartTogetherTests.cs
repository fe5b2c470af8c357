using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Storage;

public sealed class StartTogetherTests
{
    [Test]
    public async Task Servers_that_start_at_once_on_one_empty_database_all_come_up_with_one_account()
    {
        await using var database = await EngineDatabase.CreateAsync(Engine.Postgres);
        var options = new LicenzyTestServerOptions { Database = database.ConnectionString };

        var servers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => LicenzyTestServer.StartAsync(options))));
        try
        {
            var db = servers[0].Services.GetRequiredService<Db>();
            foreach (var table in (string[])["accounts", "workspaces", "admin_keys"])
                Assert.That(await db.ReadAsync(s => s.FindAsync<long>($"select count(*) from {table}"), CancellationToken.None), Is.EqualTo(1), table);
            foreach (var server in servers)
            {
                using var http = server.CreateClient(options.TestKey);
                using var answer = await http.GetAsync(new Uri("/v1/customer/access/nobody", UriKind.Relative));
                Assert.That((int)answer.StatusCode, Is.EqualTo(200));
                Assert.That(server.Services.GetRequiredService<Readiness>().IsStarted, Is.True);
            }
        }
        finally
        {
            foreach (var server in servers)
                await server.DisposeAsync();
        }
    }
}
