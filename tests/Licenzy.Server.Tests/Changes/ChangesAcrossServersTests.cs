using System.Text.Json.Nodes;
using Licenzy.Domain;
using Licenzy.Server.Changes;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Changes;

/// <summary>Two servers on one PostgreSQL: who listens at one hears what both write, and may go on at the other.</summary>
public sealed class ChangesAcrossServersTests() : ServerFixture(Engine.Postgres)
{
    private const string Route = "GET /v1/changes";
    private const int Each = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _key = new LicenzyTestServerOptions().EncryptionKey;
    private readonly string _testKey = new LicenzyTestServerOptions().TestKey;
    private readonly string _adminKey = new LicenzyTestServerOptions().AdminKey;
    private LicenzyTestServer _other = null!;
    private Scope _scope;

    [OneTimeSetUp]
    public async Task StartTheOther()
    {
        _other = await LicenzyTestServer.StartAsync(Options());
        _scope = new Scope((await Rows.ValueAsync<string>(Server, "select id from workspaces order by created_at, id limit 1"))!, Mode.Test);
    }

    [OneTimeTearDown]
    public async Task StopTheOther() => await (_other?.DisposeAsync() ?? ValueTask.CompletedTask);

    protected override LicenzyTestServerOptions Options()
    {
        var options = base.Options();
        (options.EncryptionKey, options.TestKey, options.AdminKey) = (_key, _testKey, _adminKey);
        return options;
    }

    [Test]
    [Spec(Route, "on every server the same changes are told in the same order, whoever wrote them and however long that took")]
    public async Task A_slow_transaction_of_one_server_is_skipped_by_nobody_at_the_other()
    {
        using var app = _other.CreateClient(_testKey);
        using var here = await ChangeListener.OpenAsync(Runtime.Http);
        using var there = await ChangeListener.OpenAsync(app);
        var start = (await here.NextAsync())!.Id!;

        using var isAtItsEnd = new ManualResetEventSlim();
        using var mayCommit = new ManualResetEventSlim();
        var slow = Task.Run(() => SlowAsync(isAtItsEnd, mayCommit));
        Assert.That(isAtItsEnd.Wait(Patience), Is.True);
        var quick = Task.WhenAll(GrantsAsync(Server, "here"), GrantsAsync(_other, "there"));
        await UntilOneWaitsAsync(quick);
        mayCommit.Set();
        await Task.WhenAll(slow, quick);

        var (atOne, atTheOther) = (await HearAsync(here, 1 + (2 * Each)), await HearAsync(there, 1 + (2 * Each)));
        var rows = await Rows.ListAsync<FeedRow>(Server, "select position, subject_ref as \"SubjectRef\" from change_feed where position > @start order by position", new { start = PositionOf(start) });
        Assert.That(atTheOther.Select(heard => (PositionOf(heard.Id!), (string?)heard.Data!["subject_ref"])), Is.EqualTo(rows.Select(row => ((long?)row.Position, row.SubjectRef))));
        Assert.That(atTheOther.Select(Text), Is.EqualTo(atOne.Select(Text)));
        Assert.That(atOne[0].Data!["subject_ref"]!.ToString(), Is.EqualTo("slow"), "it had the first position when the others began");

        // With an id that one gave, the other goes on.
        for (var from = 0; from < rows.Count; from += 8)
        {
            using var again = await ChangeListener.OpenAsync(app, atOne[from].Id);
            Assert.That((await HearAsync(again, rows.Count - from - 1)).Select(Text), Is.EqualTo(atOne.Skip(from + 1).Select(Text)));
        }
    }

    private Task SlowAsync(ManualResetEventSlim isAtItsEnd, ManualResetEventSlim mayCommit) => Server.Services.GetRequiredService<Db>().WriteAsync(
        session =>
        {
            ChangeFeed.Append(session, _scope, new SubjectChanged("slow", 1, null), Clock.GetUtcNow());
            session.AtEnd(async last =>
            {
                await last.FlushAsync();
                isAtItsEnd.Set();
                Assert.That(mayCommit.Wait(Patience), Is.True);
            });
            return Task.CompletedTask;
        },
        CancellationToken.None);

    private static async Task GrantsAsync(LicenzyTestServer server, string name)
    {
        using var portal = new Wire(server.CreateClient(server.AdminKey));
        var granted = await Task.WhenAll(Enumerable.Range(0, Each).Select(i =>
            portal.PostAsync($"/portal/customers/{name}_{i}/grants", new JsonObject { ["product_code"] = "PACK1000", ["reason"] = "a test" })));
        Assert.That(granted, Has.All.Property("Status").EqualTo(201));
    }

    private async Task UntilOneWaitsAsync(Task quick)
    {
        const string waiting = "select count(*) from pg_locks join pg_stat_activity on pg_stat_activity.pid = pg_locks.pid where not granted and datname = current_database()";
        using var patience = new CancellationTokenSource(Patience);
        while (!quick.IsCompleted && await Rows.ValueAsync<long>(Server, waiting) == 0)
            patience.Token.ThrowIfCancellationRequested();
    }

    private static async Task<IReadOnlyList<HeardChange>> HearAsync(ChangeListener listener, int times)
    {
        var heard = new List<HeardChange>();
        while (heard.Count < times)
            heard.Add(await listener.ChangeAsync());
        return heard;
    }

    // Seals differ from one telling to the next; what they hold does not.
    private string Text(HeardChange heard) => $"{PositionOf(heard.Id!)} {heard.Type} {heard.Data!.ToJsonString()}";

    private long? PositionOf(string id) => Server.Services.GetRequiredService<FeedPosition>().Read(_scope, id);

    private sealed record FeedRow(long Position, string? SubjectRef);
}
