using System.Text.Json.Nodes;
using Licenzy.Server.Accounts;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Accounts;

/// <summary>An account keeps a workspace, whoever deletes at the same moment (CONTRACT §2).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class LastWorkspaceTests(Engine engine) : ServerFixture(engine)
{
    private const int Workspaces = 6;
    private int _accounts;

    [Test]
    [Spec("DELETE /portal/workspaces/{id}", "all of an account's at one moment leave one")]
    public async Task All_deleted_at_one_moment_leave_one([Range(1, 5)] int round)
    {
        var (account, ids) = await NewAccountAsync();

        var answers = await Task.WhenAll(ids.Select(id => account.SendAsync(HttpMethod.Delete, $"/portal/workspaces/{id}", (string?)null)));

        Assert.That(answers.Count(answer => answer.Status == 204), Is.EqualTo(Workspaces - 1), string.Join("\n", answers.Select(answer => answer.Text)));
        Assert.That((await account.GetAsync("/portal/workspaces")).Json["data"]!.AsArray(), Has.Count.EqualTo(1), $"round {round}");
    }

    [Test]
    [Spec("POST /portal/session", "404 where the account has no workspace")]
    public async Task Without_a_workspace_a_sign_in_is_no_crash()
    {
        var (account, ids) = await NewAccountAsync();
        var person = new JsonObject { ["email"] = "homeless@example.com", ["password"] = "correct horse battery staple" };
        Assert.That((await account.PostAsync("/portal/operators", person)).Status, Is.EqualTo(201));
        foreach (var id in ids)
            await Rows.ExecuteAsync(Server, "update workspaces set deleted_at = 1 where id = @id", new { id });

        using var anybody = new Wire(Server.CreateClient());
        var answer = await anybody.PostAsync("/portal/session", person);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((404, "not_found")));
        Assert.That(answer.Header("Set-Cookie"), Is.Null);
    }

    private async Task<(Wire Portal, string[] Ids)> NewAccountAsync()
    {
        var number = Interlocked.Increment(ref _accounts);
        var (account, key, now) = ($"acc_{number}", KeyFormat.Generate(KeyKind.Admin), Clock.GetUtcNow().ToUnixTimeMilliseconds());
        string[] ids = [.. Enumerable.Range(0, Workspaces).Select(n => $"ws_01J000000000000000000{number:000}{n:00}")];
        await Server.Services.GetRequiredService<Db>().WriteAsync(
            async session =>
            {
                await WorkspaceStore.AddFirstAsync(session, account, ids[0], now);
                foreach (var id in ids[1..])
                    await WorkspaceStore.AddAsync(session, account, new WorkspaceRow(id, "Another", now, SuspendedAt: null));
                await WorkspaceStore.AddAdminKeyAsync(session, account, $"key_of_{account}", "a script", key, now);
            },
            CancellationToken.None);
        return (new Wire(Server.CreateClient(key)), ids);
    }
}
