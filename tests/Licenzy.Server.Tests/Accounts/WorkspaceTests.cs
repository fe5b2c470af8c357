using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Accounts;

/// <summary>Several workspaces that know nothing of each other (CONTRACT §2, SECURITY T6, T22).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class WorkspaceTests(Engine engine) : ServerFixture(engine)
{
    [Test]
    [Spec("GET /portal/workspaces", "the account's workspaces, newest first, deleted ones left out")]
    [Spec("DELETE /portal/workspaces/{id}", "409 last_workspace: an account keeps one")]
    public async Task The_list_has_what_is_there_and_the_last_one_stays()
    {
        await using var alone = await LicenzyTestServer.StartAsync();
        using var portal = new Wire(alone.CreateClient(alone.AdminKey));
        using var second = await OtherWorkspace.MakeAsync(alone);
        var two = (await portal.GetAsync("/portal/workspaces")).Json["data"]!.AsArray().Select(workspace => (string)workspace!["id"]!).ToList();
        Assert.That((two.Count, two[0]), Is.EqualTo((2, second.Id)));

        Assert.That((await portal.SendAsync(HttpMethod.Delete, $"/portal/workspaces/{two[1]}", (string?)null)).Status, Is.EqualTo(204));
        var refused = await second.Portal.SendAsync(HttpMethod.Delete, $"/portal/workspaces/{second.Id}", (string?)null);
        Assert.That((refused.Status, refused.Error), Is.EqualTo((409, "last_workspace")));
        Assert.That((await portal.GetAsync("/portal/workspaces")).Json["data"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    [Spec("POST /portal/workspaces", "201; the new workspace holds nothing of another")]
    public async Task What_is_in_one_workspace_is_not_in_another()
    {
        var other = await NewWorkspaceAsync();
        Assert.That((string)(await AtAsync(other, HttpMethod.Get, "/portal/me")).Json["workspace"]!["id"]!, Is.EqualTo(other));
        Assert.That((await AtAsync(other, HttpMethod.Get, "/portal/products")).Json["data"]!.AsArray(), Is.Empty);
        Assert.That((await AtAsync(other, HttpMethod.Get, "/portal/api-keys")).Json["data"]!.AsArray(), Is.Empty);

        // The same codes and prices may be used again there, and rights do not cross.
        var product = """{"mode":"test","product_code":"PRO","name":"Pro","kind":"subscription","stripe_price_id":"price_pro"}""";
        Assert.That((await AtAsync(other, HttpMethod.Post, "/portal/products", product)).Status, Is.EqualTo(201));
        var subject = NewSubject();
        Assert.That((await AtAsync(other, HttpMethod.Post, $"/portal/customers/{subject}/grants", """{"product_code":"PRO","reason":"a test"}""")).Status, Is.EqualTo(201));
        Assert.That(await AllowedAsync(subject), Is.False);
    }

    [Test]
    [Spec("GET /portal/me", "X-Workspace of another account is 404")]
    public async Task A_workspace_that_is_not_the_accounts_is_not_there()
    {
        var answer = await AtAsync("ws_01J00000000000000000000000", HttpMethod.Get, "/portal/me");
        Assert.That((answer.Status, answer.Error), Is.EqualTo((404, "not_found")));
    }

    [Test]
    [Spec("POST /portal/workspaces/{id}/suspend", "its keys answer 403 workspace_suspended")]
    [Spec("POST /portal/workspaces/{id}/resume", "its keys are accepted again")]
    public async Task A_suspended_workspaces_keys_are_refused_until_it_resumes()
    {
        var other = await NewWorkspaceAsync();
        var key = (string)(await AtAsync(other, HttpMethod.Post, "/portal/api-keys", """{"mode":"test","name":"theirs"}""")).Json["key"]!;
        using var app = new Wire(Server.CreateClient(key));
        var check = new JsonObject { ["subject_ref"] = "user_1" };
        Assert.That((await app.PostAsync("/v1/access/check", check)).Status, Is.EqualTo(200));

        var suspended = await Portal.SendAsync(HttpMethod.Post, $"/portal/workspaces/{other}/suspend", (string?)null);
        Assert.That((suspended.Status, (string)suspended.Json["status"]!), Is.EqualTo((200, "suspended")));
        var refused = await app.PostAsync("/v1/access/check", check);
        Assert.That((refused.Status, refused.Error), Is.EqualTo((403, "workspace_suspended")));

        Assert.That((await Portal.SendAsync(HttpMethod.Post, $"/portal/workspaces/{other}/resume", (string?)null)).Status, Is.EqualTo(200));
        Assert.That((await app.PostAsync("/v1/access/check", check)).Status, Is.EqualTo(200));
    }

    [Test]
    [Spec("DELETE /portal/workspaces/{id}", "204; its keys answer 401 and it is not there any more")]
    public async Task A_deleted_workspaces_keys_are_unknown()
    {
        var other = await NewWorkspaceAsync();
        var key = (string)(await AtAsync(other, HttpMethod.Post, "/portal/api-keys", """{"mode":"test","name":"theirs"}""")).Json["key"]!;
        Assert.That((await Portal.SendAsync(HttpMethod.Delete, $"/portal/workspaces/{other}", (string?)null)).Status, Is.EqualTo(204));
        using var app = new Wire(Server.CreateClient(key));
        var refused = await app.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = "user_1" });
        Assert.That((refused.Status, refused.Error), Is.EqualTo((401, "invalid_api_key")));
        Assert.That((await AtAsync(other, HttpMethod.Get, "/portal/me")).Status, Is.EqualTo(404));
    }

    [Test]
    [Spec("GET /portal/account/subscription", "self_hosted without billing: active, live allowed")]
    public async Task A_self_hosted_account_may_do_everything()
    {
        var plan = (await Portal.GetAsync("/portal/account/subscription")).Json;
        Assert.That(((string)plan["plan"]!, (string)plan["access"]!, (bool)plan["live_allowed"]!), Is.EqualTo(("self_hosted", "active", true)));
    }

    private async Task<string> NewWorkspaceAsync()
    {
        var made = await Portal.PostAsync("/portal/workspaces", new JsonObject { ["name"] = "Another line" });
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        return (string)made.Json["id"]!;
    }

    private async Task<Answer> AtAsync(string workspace, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-Workspace", workspace);
        if (body is not null)
        {
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        }

        return await Portal.SendAsync(request);
    }
}
