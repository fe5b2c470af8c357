using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;

namespace Licenzy.Server.Tests.Changes;

/// <summary>The feed went back, or on without us: another database is behind the server, and nothing that is remembered counts.</summary>
public sealed class JumpTests() : ServerFixture(Engine.Postgres)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [TestCase(-5)]
    [TestCase(+5)]
    public async Task A_feed_that_jumps_has_everything_forgotten(int by)
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");
        var key = (string)(await Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = "lost" })).Json["key"]!;
        using var app = new Wire(Server.CreateClient(key));
        for (var i = 0; i < 5; i++)
            Assert.That(await CheckAsync(app, subject), Is.EqualTo((200, true)));

        // As a backup has it that knows neither the grant nor the key; the row after a gap wakes nobody by itself.
        await Rows.ExecuteAsync(Server, "delete from entitlements where subject_ref = @subject", new { subject });
        await Rows.ExecuteAsync(Server, "delete from change_feed where position > (select position + @by from change_feed_head)", new { by });
        await Rows.ExecuteAsync(Server, "update change_feed_head set position = position + @by", new { by });
        if (by > 0)
            await GrantAsync(NewSubject(), "PASS30");

        Assert.That(await PatientlyAsync(async () => await CheckAsync(app, subject) is (200, false)), Is.True);
        await Rows.ExecuteAsync(Server, "update api_keys set revoked_at = 1 where last4 = @last4", new { last4 = key[^4..] });
        await Rows.ExecuteAsync(Server, "update change_feed_head set position = position + 3", new { });
        await GrantAsync(NewSubject(), "PASS30");
        Assert.That(await PatientlyAsync(async () => (await CheckAsync(app, subject)).Status == 401), Is.True);
    }

    private static async Task<(int Status, bool? Allowed)> CheckAsync(Wire app, string subject)
    {
        var answer = await app.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = subject });
        return (answer.Status, (bool?)answer.Json["allowed"]);
    }

    private static async Task<bool> PatientlyAsync(Func<Task<bool>> seen)
    {
        for (var patience = System.Diagnostics.Stopwatch.StartNew(); patience.Elapsed < Patience;)
        {
            if (await seen())
                return true;
        }

        return false;
    }
}
