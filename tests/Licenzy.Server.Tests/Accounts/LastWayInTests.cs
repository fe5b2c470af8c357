using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Server.Accounts;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Accounts;

/// <summary>An account cannot lock itself out.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class LastWayInTests(Engine engine)
{
    private EngineDatabase _database = null!;
    private LicenzyTestServer _server = null!;
    private Wire _portal = null!;

    [SetUp]
    public async Task Start()
    {
        _database = await EngineDatabase.CreateAsync(engine);
        _server = await LicenzyTestServer.StartAsync(new LicenzyTestServerOptions { Database = _database.ConnectionString });
        _portal = new Wire(_server.CreateClient(_server.AdminKey));
    }

    [TearDown]
    public async Task Stop()
    {
        _portal.Dispose();
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    [Spec("DELETE /portal/admin-keys/{id}", "409 last_way_in: an account keeps one operator or admin key")]
    public async Task The_last_admin_key_stays_while_there_is_no_operator()
    {
        var first = await FirstKeyAsync();
        await AssertRefusedAsync($"/portal/admin-keys/{first}");

        Assert.That((await DeleteAsync($"/portal/admin-keys/{await MakeKeyAsync("two")}")).Status, Is.EqualTo(204));
        await AssertRefusedAsync($"/portal/admin-keys/{first}");
        await MakeOperatorAsync("ops@shop.example");
        Assert.That((await DeleteAsync($"/portal/admin-keys/{first}")).Status, Is.EqualTo(204));
    }

    [Test]
    [Spec("DELETE /portal/operators/{id}", "409 last_way_in: an account keeps one operator or admin key")]
    public async Task The_last_operator_stays_while_there_is_no_admin_key()
    {
        var ann = await MakeOperatorAsync("ann@shop.example");
        var ben = await MakeOperatorAsync("ben@shop.example");
        using var anonymous = new Wire(_server.CreateClient());
        var signIn = await anonymous.PostAsync("/portal/session", new JsonObject { ["email"] = "ann@shop.example", ["password"] = Password });
        using var browser = new Browser(_server.BaseAddress, signIn);
        Assert.That((await DeleteAsync($"/portal/admin-keys/{await FirstKeyAsync()}")).Status, Is.EqualTo(204));
        Assert.That((await browser.SendAsync(HttpMethod.Delete, $"/portal/operators/{ben}", csrf: browser.Csrf)).Status, Is.EqualTo(204));

        var refused = await browser.SendAsync(HttpMethod.Delete, $"/portal/operators/{ann}", csrf: browser.Csrf);
        Assert.That((refused.Status, refused.Error), Is.EqualTo((409, "last_way_in")), refused.Text);
        Assert.That((await browser.SendAsync(HttpMethod.Get, "/portal/me")).Status, Is.EqualTo(200), "nor has the session ended");
    }

    [Test]
    [Spec("DELETE /portal/admin-keys/{id}", "of the last two, deleted at one moment, one stays")]
    public async Task Of_the_last_two_one_stays_whoever_deletes_them_at_one_moment()
    {
        for (var round = 0; round < 5; round++)
        {
            var db = _server.Services.GetRequiredService<Db>();
            var account = await db.ReadAsync(session => session.FindAsync<string>("select id from accounts"), CancellationToken.None);
            await db.WriteAsync(session => session.ExecuteAsync("delete from admin_keys where name <> 'First admin key'"), CancellationToken.None);
            await db.WriteAsync(session => session.ExecuteAsync("delete from operators"), CancellationToken.None);
            await db.WriteAsync(session => session.ExecuteAsync("update admin_keys set revoked_at = null"), CancellationToken.None);
            var (key, person) = (await FirstKeyAsync(), await MakeOperatorAsync($"round{round}@shop.example"));

            var answers = await Task.WhenAll(DeleteAsync($"/portal/admin-keys/{key}"), DeleteAsync($"/portal/operators/{person}"));

            // Whoever comes second is refused for it, or because the key that asks is gone.
            Assert.That(answers.Count(answer => answer.Status == 204), Is.EqualTo(1), string.Join("\n", answers.Select(answer => answer.Text)));
            Assert.That(await db.ReadAsync(session => WorkspaceStore.HasWayInAsync(session, account!), CancellationToken.None), Is.True);
        }
    }

    [Test]
    public async Task Whoever_owns_the_database_can_put_a_key_into_it()
    {
        // As docs/operating.md has it.
        var key = KeyFormat.Generate(KeyKind.Admin);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key)));
        var blob = engine == Engine.Sqlite ? $"x'{hash}'" : $"decode('{hash}', 'hex')";
        var into = "insert into admin_keys (id, account_id, name, prefix, last4, hash, created_at)";
        var values = $"select 'key_00000000000000000000000000', id, 'Let in by hand', 'lz_admin_', '{key[^4..]}'";
        await _server.Services.GetRequiredService<Db>().WriteAsync(
            session => session.ExecuteAsync($"{into} {values}, {blob}, 1785500000000 from accounts order by created_at limit 1"), CancellationToken.None);

        using var portal = new Wire(_server.CreateClient(key));
        Assert.That((await portal.SendAsync(HttpMethod.Delete, $"/portal/admin-keys/{await FirstKeyAsync()}", (string?)null)).Status, Is.EqualTo(204));
        var refused = await portal.SendAsync(HttpMethod.Delete, "/portal/admin-keys/key_00000000000000000000000000", (string?)null);
        Assert.That((refused.Status, refused.Error), Is.EqualTo((409, "last_way_in")));
    }

    private const string Password = "a long enough password";

    private async Task AssertRefusedAsync(string path)
    {
        var refused = await DeleteAsync(path);
        Assert.That((refused.Status, refused.Error), Is.EqualTo((409, "last_way_in")), refused.Text);
        Assert.That((await _portal.GetAsync("/portal/me")).Status, Is.EqualTo(200), "and nothing is removed");
    }

    private Task<Answer> DeleteAsync(string path) => _portal.SendAsync(HttpMethod.Delete, path, (string?)null);

    private async Task<string> FirstKeyAsync() =>
        (string)(await _portal.GetAsync("/portal/admin-keys")).Json["data"]!.AsArray().Single(key => (string)key!["name"]! == "First admin key")!["id"]!;

    private Task<string> MakeKeyAsync(string name) => MakeAsync("/portal/admin-keys", new JsonObject { ["name"] = name });

    private Task<string> MakeOperatorAsync(string email) => MakeAsync("/portal/operators", new JsonObject { ["email"] = email, ["password"] = Password });

    private async Task<string> MakeAsync(string path, JsonObject body)
    {
        var made = await _portal.PostAsync(path, body);
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        return (string)made.Json["id"]!;
    }
}
