using Licenzy.Reliability.Tests.Running;
using Licenzy.Server.Tests.Engines;
using Npgsql;

namespace Licenzy.Reliability.Tests.Connections;

/// <summary>One of two servers hears no notifications any more, and nothing tells it so: what the other one does it sees all the same.</summary>
public sealed class SwallowedNotificationsTests
{
    private const string Listening = "licenzy-listening";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly Keys _keys = new();

    [Test]
    public async Task A_right_and_a_revoked_key_are_seen_without_being_told()
    {
        await using var database = await EngineDatabase.CreateAsync(Engine.Postgres);
        var direct = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var proxy = new TcpProxy(direct.Port);
        await using var one = await ServerProcess.StartAsync(_keys, database.ConnectionString);
        await using var deaf = await ServerProcess.StartAsync(_keys, new NpgsqlConnectionStringBuilder(direct.ConnectionString) { Port = proxy.Port }.ConnectionString);
        await Stock.FillAsync(one, subjects: 1);
        using var portal = one.Portal();
        var key = (await Reply.PostAsync(portal, "/portal/api-keys", new { mode = "test", name = "to be revoked" })).Json;
        using var app = deaf.Client((string)key["key"]!);

        await SeesAsync(portal, app, "hears");
        proxy.Swallow(Listening);
        await SeesAsync(portal, app, "is told and does not hear");
        Assert.That(proxy.Held, Is.GreaterThan(0), "nothing was swallowed");
        // By now it has noticed the silence, and its new connections are not heard either.
        await Patience.ForAsync(Patience.Fault);
        await SeesAsync(portal, app, "hears nothing at all");

        Assert.That((await Reply.PostAsync(portal, $"/portal/api-keys/{key["id"]}/revoke", new { })).Status, Is.EqualTo(200));
        await SeenAsync(async () => (await CheckAsync(app, "anybody")).Status == 401, "a revoked key is refused");
    }

    private static async Task SeesAsync(HttpClient portal, HttpClient app, string how)
    {
        var subject = $"user_{Guid.NewGuid():N}";
        // Remembered: without anything new it would say so for ever.
        Assert.That(await IsAllowedAsync(app, subject), Is.False);
        Assert.That(await IsAllowedAsync(app, subject), Is.False);
        await Stock.GrantAsync(portal, subject);
        await SeenAsync(() => IsAllowedAsync(app, subject), $"a server that {how} sees a right");
    }

    private static async Task SeenAsync(Func<Task<bool>> seen, string what)
    {
        var after = await Patience.UntilAsync(seen, () => $"Not seen: {what}.");
        TestContext.Out.WriteLine($"{what} after {after.TotalMilliseconds:0} ms");
        Assert.That(after, Is.LessThan(Soon));
    }

    private static async Task<bool> IsAllowedAsync(HttpClient app, string subject) => (bool)(await CheckAsync(app, subject)).Json["allowed"]!;

    private static Task<Reply> CheckAsync(HttpClient app, string subject) => Reply.PostAsync(app, Readers.Check, new { subject_ref = subject });
}
