using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Accounts;

/// <summary>A repeat with its Idempotency-Key hears the first answer, whatever has happened since (CONTRACT §0).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class RepeatTests(Engine engine) : ServerFixture(engine)
{
    private const string Password = "correct horse battery staple";

    [Test]
    [Spec("POST /portal/workspaces/{id}/suspend", "a repeat with its Idempotency-Key does not suspend what was resumed since")]
    [Spec("POST /portal/workspaces/{id}/resume", "a repeat with its Idempotency-Key does not resume what was suspended since")]
    public async Task An_old_suspension_that_comes_again_does_not_suspend_anew()
    {
        using var other = await OtherWorkspace.MakeAsync(Server);
        var (suspend, resume) = (Wire.NewKey(), Wire.NewKey());
        var first = await SendAsync($"/portal/workspaces/{other.Id}/suspend", suspend);
        Assert.That((string)first.Json["status"]!, Is.EqualTo("suspended"));
        Assert.That((string)(await SendAsync($"/portal/workspaces/{other.Id}/resume", resume)).Json["status"]!, Is.EqualTo("active"));

        ExpectRepeat(await SendAsync($"/portal/workspaces/{other.Id}/suspend", suspend), first);
        Assert.That(await StatusAsync(other.Id), Is.EqualTo("active"));

        await SendAsync($"/portal/workspaces/{other.Id}/suspend", Wire.NewKey());
        Assert.That((await SendAsync($"/portal/workspaces/{other.Id}/resume", resume)).Header("Idempotency-Replayed"), Is.EqualTo("true"));
        Assert.That(await StatusAsync(other.Id), Is.EqualTo("suspended"));
    }

    [Test]
    [Spec("POST /portal/api-keys/{id}/revoke", "a repeat with its Idempotency-Key hears the first answer and leaves no second trace")]
    public async Task A_key_revoked_twice_with_one_key_was_revoked_once()
    {
        var id = (string)(await Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = "a key" })).Json["id"]!;
        var key = Wire.NewKey();
        var first = await SendAsync($"/portal/api-keys/{id}/revoke", key);

        ExpectRepeat(await SendAsync($"/portal/api-keys/{id}/revoke", key), first);
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from audit_log where action = 'api_key.revoked' and target = @id", new { id }), Is.EqualTo(1));
    }

    [Test]
    [Spec("POST /portal/password", "a repeat with its Idempotency-Key is 204 again, though the password is another by then")]
    public async Task A_password_changed_twice_with_one_key_was_changed_once()
    {
        using var anybody = new Wire(Server.CreateClient());
        var person = new JsonObject { ["email"] = "repeats@example.com", ["password"] = Password };
        await Portal.PostAsync("/portal/operators", person);
        using var browser = new Browser(Server.BaseAddress, await anybody.PostAsync("/portal/session", person));
        var (body, key) = ($$"""{"current":"{{Password}}","new":"another good password"}""", Wire.NewKey());
        var first = await browser.SendAsync(HttpMethod.Post, "/portal/password", body, browser.Csrf, key: key);
        var again = await browser.SendAsync(HttpMethod.Post, "/portal/password", body, browser.Csrf, key: key);
        var other = await browser.SendAsync(HttpMethod.Post, "/portal/password", body.Replace("another", "a third", StringComparison.Ordinal), browser.Csrf, key: key);

        Assert.That((first.Status, first.Header("Idempotency-Replayed")), Is.EqualTo((204, (string?)null)), first.Text);
        Assert.That((again.Status, again.Text, again.MediaType, again.Header("Idempotency-Replayed")), Is.EqualTo((204, "", (string?)null, "true")));
        Assert.That((other.Status, other.Error), Is.EqualTo((409, "idempotency_conflict")));
    }

    [Test]
    [Spec("POST /portal/api-keys", "a repeat with its Idempotency-Key hears the first answer, though expires_at is past by then")]
    [Spec("POST /portal/customers/{subject_ref}/grants", "a repeat with its Idempotency-Key hears the first answer, though expires_at is past by then")]
    public async Task What_was_to_end_and_has_ended_is_answered_as_before([Values("/portal/api-keys", "/portal/customers/user_ended/grants")] string path)
    {
        var end = Wire.Time(Clock.GetUtcNow().AddHours(1));
        var (body, key) = (path == "/portal/api-keys"
            ? new JsonObject { ["mode"] = "test", ["name"] = "short", ["expires_at"] = end }
            : new JsonObject { ["product_code"] = "PASS30", ["reason"] = "a test", ["expires_at"] = end }, Wire.NewKey());
        var first = await Portal.PostAsync(path, body, key);
        Clock.Advance(TimeSpan.FromHours(1));
        var again = await Portal.PostAsync(path, body, key);
        var anew = await Portal.PostAsync(path, body, Wire.NewKey());

        Assert.That((first.Status, again.Status, again.Text, again.Header("Idempotency-Replayed")), Is.EqualTo((201, 201, first.Text, "true")));
        Assert.That((anew.Status, anew.Fields.Single()), Is.EqualTo((400, "expires_at")));
    }

    private static void ExpectRepeat(Answer repeat, Answer first) =>
        Assert.That((repeat.Status, repeat.Text, repeat.Header("Idempotency-Replayed")), Is.EqualTo((200, first.Text, "true")));

    private Task<Answer> SendAsync(string path, string key) => Portal.SendAsync(HttpMethod.Post, path, (string?)null, key);

    private async Task<string> StatusAsync(string workspace) => (string)(await Portal.GetAsync("/portal/workspaces?limit=100")).Json["data"]!.AsArray()
        .Single(row => (string)row!["id"]! == workspace)!["status"]!;
}
