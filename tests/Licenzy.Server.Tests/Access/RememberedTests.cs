using System.Globalization;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Access;

/// <summary>Checks are answered from memory: no write, no instant and no revocation may be missed for it.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class RememberedTests(Engine engine) : ServerFixture(engine)
{
    private const string Check = "POST /v1/access/check";

    [OneTimeSetUp]
    public async Task Sell_in_live_mode_too() => Assert.That(
        (await Portal.PostAsync("/portal/products", new JsonObject
        {
            ["mode"] = "live", ["product_code"] = "PACK1000", ["name"] = "1,000 units", ["kind"] = "usage_pack", ["stripe_price_id"] = "price_live", ["units"] = 1000,
        })).Status,
        Is.EqualTo(201));

    [Test]
    [Spec(Check, "after an acknowledged write the next check knows it")]
    public async Task After_a_write_the_next_check_knows_it([Values("test", "live")] string mode)
    {
        var (wire, subject) = (mode == "live" ? Live : Runtime, NewSubject());
        Assert.That(await SeenAsync(wire, subject), Is.EqualTo((false, 0L, "no_entitlement")));
        for (var round = 0; round < 10; round++)
        {
            await GiveAsync(subject, mode);
            Assert.That(await SeenAsync(wire, subject), Is.EqualTo((true, (2L * round) + 1, "usage_pack_available")));
            await TakeAllAsync(wire, subject);
            Assert.That(await SeenAsync(wire, subject), Is.EqualTo((false, (2L * round) + 2, "usage_pack_exhausted")));
        }
    }

    [Test]
    [Spec(Check, "whoever asks after a write was acknowledged sees it, however many ask and write at once")]
    public async Task Nobody_who_asks_later_is_told_less([Values("test", "live")] string mode)
    {
        var (wire, subject) = (mode == "live" ? Live : Runtime, NewSubject());
        var (acknowledged, isDone) = (0L, false);
        async Task WriteAsync()
        {
            for (var round = 0; round < 25; round++)
            {
                await GiveAsync(subject, mode);
                Interlocked.Increment(ref acknowledged);
                await TakeAllAsync(wire, subject);
                Interlocked.Increment(ref acknowledged);
            }

            Volatile.Write(ref isDone, true);
        }

        async Task AskAsync()
        {
            while (!Volatile.Read(ref isDone))
            {
                var least = Interlocked.Read(ref acknowledged);
                var (allowed, version, _) = await SeenAsync(wire, subject);
                Assert.That(version, Is.GreaterThanOrEqualTo(least));
                Assert.That(allowed, Is.EqualTo(version % 2 == 1), "what is told belongs to its version");
            }
        }

        await Task.WhenAll([WriteAsync(), .. Enumerable.Range(0, 8).Select(_ => AskAsync())]);
        Assert.That((await SeenAsync(wire, subject)).Version, Is.EqualTo(50));
    }

    [Test]
    [Spec(Check, "a right ends at its instant though nobody writes anything")]
    public async Task Time_alone_ends_a_right_and_a_clock_set_back_begins_it_again()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");
        Assert.That((await SeenAsync(Runtime, subject)).Allowed, Is.True);
        var begun = Clock.GetUtcNow();
        var end = DateTimeOffset.Parse((await AskAsync(Runtime, subject)).Header("Licenzy-Next-Change-At")!, CultureInfo.InvariantCulture);

        Clock.Set(end.AddMilliseconds(-1));
        Assert.That((await SeenAsync(Runtime, subject)).Allowed, Is.True);
        Clock.Set(end);
        Assert.That(await SeenAsync(Runtime, subject) is (false, _, "time_pass_expired"), Is.True);
        Clock.Set(begun);
        Assert.That((await SeenAsync(Runtime, subject)).Allowed, Is.True);
    }

    [Test]
    [Spec(Check, "a moved test clock counts at once")]
    public async Task A_moved_test_clock_counts_at_once()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");
        for (var round = 0; round < 3; round++)
        {
            Assert.That((await SeenAsync(Runtime, subject)).Allowed, Is.True);
            await Portal.SendAsync(HttpMethod.Put, "/portal/test-clock", new JsonObject { ["advance_seconds"] = 31 * 86_400 });
            Assert.That((await SeenAsync(Runtime, subject)).Allowed, Is.False);
            await Portal.SendAsync(HttpMethod.Delete, "/portal/test-clock", (string?)null);
        }
    }

    [TestCase("revoke")]
    [TestCase("rotate")]
    [TestCase("suspend")]
    [TestCase("delete")]
    [TestCase("expire")]
    [Spec(Check, "a key that is revoked, rotated, expired, or whose workspace is suspended or deleted, is refused from the next request on")]
    public async Task A_key_that_is_known_does_not_outlive_its_end(string end)
    {
        using var workspace = await OtherWorkspace.MakeAsync(Server);
        var made = await workspace.KeyAsync();
        using var wire = new Wire(Server.CreateClient((string)made["key"]!));
        for (var i = 0; i < 2; i++)
            Assert.That((await AskAsync(wire, "user_1")).Status, Is.EqualTo(200));

        var id = (string)made["id"]!;
        var answer = end switch
        {
            "revoke" => await workspace.Portal.SendAsync(HttpMethod.Post, $"/portal/api-keys/{id}/revoke", (string?)null),
            "rotate" => await workspace.Portal.PostAsync($"/portal/api-keys/{id}/rotate", new JsonObject { ["overlap_hours"] = 0 }),
            "suspend" => await Portal.SendAsync(HttpMethod.Post, $"/portal/workspaces/{workspace.Id}/suspend", (string?)null),
            "delete" => await Portal.SendAsync(HttpMethod.Delete, $"/portal/workspaces/{workspace.Id}", (string?)null),
            _ => await workspace.Portal.PostAsync($"/portal/api-keys/{id}/rotate", new JsonObject { ["overlap_hours"] = 1 }),
        };
        Assert.That(answer.Status, Is.InRange(200, 204), answer.Text);
        if (end == "expire")
        {
            Assert.That((await AskAsync(wire, "user_1")).Status, Is.EqualTo(200), "inside the overlap");
            Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.That((await AskAsync(wire, "user_1")).Status, Is.EqualTo(end == "suspend" ? 403 : 401));
        if (end == "suspend")
        {
            await Portal.SendAsync(HttpMethod.Post, $"/portal/workspaces/{workspace.Id}/resume", (string?)null);
            Assert.That((await AskAsync(wire, "user_1")).Status, Is.EqualTo(200));
        }
    }

    private async Task GiveAsync(string subject, string mode) => Assert.That(
        (await Portal.PostAsync($"/portal/customers/{subject}/grants?mode={mode}", new JsonObject { ["product_code"] = "PACK1000", ["reason"] = "a test" })).Status, Is.EqualTo(201));

    private static async Task TakeAllAsync(Wire wire, string subject) => Assert.That(
        (await wire.PostAsync("/v1/usage/consume", new JsonObject { ["subject_ref"] = subject, ["units"] = 1000 }, Wire.NewKey())).Status, Is.EqualTo(200));

    private static Task<Answer> AskAsync(Wire wire, string subject) => wire.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = subject });

    private static async Task<(bool Allowed, long Version, string? Reason)> SeenAsync(Wire wire, string subject)
    {
        var answer = await AskAsync(wire, subject);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return ((bool)answer.Json["allowed"]!, long.Parse(answer.Header("Licenzy-Subject-Version")!, CultureInfo.InvariantCulture), answer.Header("Licenzy-Reason"));
    }
}
