using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;
using Npgsql;

namespace Licenzy.Server.Tests.Usage;

/// <summary>Two servers on one database, and a subject that somebody else has locked.</summary>
public sealed class TwoServersUsageTests() : UsageFixture(Engine.Postgres)
{
    private readonly LicenzyTestServerOptions _keys = new();
    private LicenzyTestServer _other = null!;
    private Wire _there = null!;

    [OneTimeSetUp]
    public async Task StartTheOther()
    {
        _other = await LicenzyTestServer.StartAsync(Options());
        _there = new Wire(_other.CreateClient(_other.TestKey));
    }

    [OneTimeTearDown]
    public async Task StopTheOther()
    {
        _there?.Dispose();
        await (_other?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    protected override LicenzyTestServerOptions Options()
    {
        var options = base.Options();
        (options.EncryptionKey, options.TestKey, options.AdminKey) = (_keys.EncryptionKey, _keys.TestKey, _keys.AdminKey);
        return options;
    }

    [TestCase("consume")]
    [TestCase("commit")]
    [TestCase("release")]
    [TestCase("reverse")]
    [Spec("POST /v1/usage/consume", "a repeat that another server gets while the first is under way hears the first answer")]
    public async Task A_repeat_at_the_other_server_hears_the_first_answer(string what)
    {
        var subject = await WithUnitsAsync(100);
        var (path, body) = what switch
        {
            "commit" => ($"/v1/usage/hold/{await HeldAsync(subject, 40)}/commit", "{}"),
            "release" => ($"/v1/usage/hold/{await HeldAsync(subject, 40)}/release", null),
            "reverse" => ("/v1/usage/reverse", new JsonObject { ["consumption_id"] = await ConsumedAsync(subject, 30) }.ToJsonString()),
            _ => ("/v1/usage/consume", new JsonObject { ["subject_ref"] = subject, ["units"] = 30 }.ToJsonString()),
        };
        var key = Wire.NewKey();
        Task<Answer>[] both;
        await using (var outside = await LockedAsync(subject))
        {
            both = [.. new[] { Runtime, _there }.Select(server => Wire.PatientlyAsync(() => server.SendAsync(HttpMethod.Post, path, body, key)))];
            await WaitingAsync(2);
        }

        var (one, two) = (await both[0], await both[1]);
        Assert.That((one.Status, two.Status), Is.EqualTo((200, 200)), one.Text + two.Text);
        Assert.That(two.Text, Is.EqualTo(one.Text));
        Assert.That(both.Count(answer => answer.Result.Header("Idempotency-Replayed") is not null), Is.EqualTo(1));
    }

    [Test]
    [Spec("POST /v1/usage/consume", "a subject that somebody else has locked holds up nobody else's")]
    public async Task A_locked_subject_holds_up_nobody_else()
    {
        var (locked, free) = (await WithUnitsAsync(100), await WithUnitsAsync(100));
        await using (var outside = await LockedAsync(locked))
        {
            for (var round = 0; round < 5; round++)
            {
                var stuck = ConsumeAsync(locked, 1);
                await WaitingAsync(1);
                Assert.That((await ConsumeAsync(free, 1)).Status, Is.EqualTo(200), "beside one that waits");
                var told = await stuck;
                Assert.That((told.Status, told.Error, told.Header("Retry-After")), Is.EqualTo((503, "unavailable", "1")));
            }
        }

        Assert.That((await Wire.PatientlyAsync(() => ConsumeAsync(locked, 1))).Status, Is.EqualTo(200));
        Assert.That((await LeftAsync(locked), await LeftAsync(free)), Is.EqualTo((99L, 95L)));
    }

    [Test]
    [Spec("POST /v1/usage/consume", "many subjects that somebody else has locked take no connections from others")]
    public async Task Many_locked_subjects_hold_up_nobody_else()
    {
        var free = await WithUnitsAsync(100);
        var locked = new List<string>();
        for (var i = 0; i < 40; i++)
            locked.Add(await WithUnitsAsync(10));
        Task<Answer[]> stuck;
        await using (var outside = await LockedAsync([.. locked]))
        {
            stuck = Task.WhenAll(locked.Select(subject => ConsumeAsync(subject, 1)));
            await WaitingAsync(8);
            for (var i = 0; i < 10; i++)
            {
                Assert.That((await ConsumeAsync(free, 1)).Status, Is.EqualTo(200), "beside forty that wait");
                Assert.That(await LeftAsync(free), Is.EqualTo(99 - i));
            }
        }

        Assert.That((await stuck).Select(answer => answer.Status), Is.All.EqualTo(200).Or.EqualTo(503));
    }

    [Test]
    [Spec("POST /v1/usage/consume", "a test clock that is being moved is waited for by its own workspace alone")]
    public async Task A_locked_clock_holds_up_nobody_else()
    {
        var mine = await WithUnitsAsync(100);
        await using (var outside = await OpenAsync())
        {
            await using var command = new NpgsqlCommand(
                "insert into test_clocks (workspace_id, offset_ms, updated_at) select workspace_id, 0, 1 from subjects where subject_ref = $1 on conflict (workspace_id) do nothing", outside)
            { Parameters = { new() { Value = mine } } };
            await command.ExecuteNonQueryAsync();
            await outside.BeginTransactionAsync();
            await using var hold = new NpgsqlCommand("select 1 from test_clocks for update", outside);
            await hold.ExecuteScalarAsync();

            var stuck = ConsumeAsync(mine, 1);
            await WaitingAsync(1);
            var live = await Live.PostAsync("/v1/usage/consume", new JsonObject { ["subject_ref"] = NewSubject(), ["units"] = 1 }, Wire.NewKey());
            Assert.That((live.Status, live.Error), Is.EqualTo((409, "insufficient_usage")), "live mode has no clock, and is decided");
            Assert.That((await stuck).Status, Is.EqualTo(503));
        }

        Assert.That((await Wire.PatientlyAsync(() => ConsumeAsync(mine, 1))).Status, Is.EqualTo(200));
    }

    // Until it is disposed of.
    private async Task<NpgsqlConnection> LockedAsync(params string[] subjects)
    {
        var outside = await OpenAsync();
        await outside.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("select 1 from subjects where subject_ref = any($1) for update", outside) { Parameters = { new() { Value = subjects } } };
        await command.ExecuteScalarAsync();
        return outside;
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var outside = new NpgsqlConnection(Database.ConnectionString + ";Pooling=false");
        await outside.OpenAsync();
        return outside;
    }

    private async Task WaitingAsync(int many)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await Rows.ValueAsync<long>(
            Server, "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") < many)
        {
            await pause.WaitForNextTickAsync(patience.Token);
        }
    }
}
