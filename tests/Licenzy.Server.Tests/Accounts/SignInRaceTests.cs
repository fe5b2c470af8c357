using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Accounts;

/// <summary>A sign-in that meets a new password, or its operator's removal (CONTRACT §2, SECURITY T4, T19).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class SignInRaceTests(Engine engine) : ServerFixture(engine)
{
    private const string Password = "correct horse battery staple";
    private const string Another = "another good password";

    // As many as the throttle lets in at one moment, with one to spare for the browser.
    private const int Tries = 4;
    private int _people;

    [Test]
    [Spec("DELETE /portal/operators/{id}", "a sign-in at the same moment is 401, or its session ends with the operator")]
    public async Task Who_is_removed_while_signing_in_is_out([Range(1, 4)] int round)
    {
        var person = await NewOperatorAsync();
        var trying = Enumerable.Range(0, Tries).Select(_ => SignInAsync(person.Email, Password)).ToList();
        var removed = await Portal.SendAsync(HttpMethod.Delete, $"/portal/operators/{person.Id}", (string?)null);
        var answers = await Task.WhenAll(trying);

        Assert.That(removed.Status, Is.EqualTo(204), removed.Text);
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200).Or.EqualTo(401), $"round {round}");
        Assert.That(await OpenAsync(answers), Is.Zero);
    }

    [Test]
    [Spec("POST /portal/password", "no session that was opened with the old password outlives the change, though opened at the same moment")]
    public async Task Who_signs_in_with_the_old_password_while_it_changes_is_out([Range(1, 4)] int round)
    {
        var person = await NewOperatorAsync();
        using var browser = new Browser(Server.BaseAddress, await SignInAsync(person.Email, Password));
        var changing = browser.SendAsync(HttpMethod.Post, "/portal/password", $$"""{"current":"{{Password}}","new":"{{Another}}"}""", browser.Csrf);
        var answers = await Task.WhenAll(Enumerable.Range(0, Tries).Select(_ => SignInAsync(person.Email, Password)));
        var changed = await changing;

        Assert.That(changed.Status, Is.EqualTo(204), changed.Text);
        Assert.That(await OpenAsync(answers), Is.Zero, $"round {round}");
    }

    [Test]
    [Spec("POST /portal/password", "of two changes at one moment one holds: the other's current password is none any more")]
    public async Task Of_two_changes_at_one_moment_one_holds()
    {
        var person = await NewOperatorAsync();
        using var one = new Browser(Server.BaseAddress, await SignInAsync(person.Email, Password));
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(n =>
            one.SendAsync(HttpMethod.Post, "/portal/password", $$"""{"current":"{{Password}}","new":"{{Another}} {{n}}"}""", one.Csrf)));

        Assert.That(answers.Count(answer => answer.Status == 204), Is.EqualTo(1));
        Assert.That(answers.Where(answer => answer.Status != 204).Select(answer => answer.Fields.Single()), Is.All.EqualTo("current"));
    }

    private async Task<int> OpenAsync(IEnumerable<Answer> signIns)
    {
        var open = 0;
        foreach (var answer in signIns.Where(answer => answer.Status == 200))
        {
            using var browser = new Browser(Server.BaseAddress, answer);
            open += (await browser.SendAsync(HttpMethod.Get, "/portal/me")).Status == 200 ? 1 : 0;
        }

        return open;
    }

    // After a minute nobody's failures are remembered.
    private async Task<(string Email, string Id)> NewOperatorAsync()
    {
        Clock.Advance(TimeSpan.FromMinutes(2));
        var email = $"racer{Interlocked.Increment(ref _people)}@example.com";
        var made = await Portal.PostAsync("/portal/operators", new JsonObject { ["email"] = email, ["password"] = Password });
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        return (email, (string)made.Json["id"]!);
    }

    private async Task<Answer> SignInAsync(string email, string password)
    {
        using var anybody = new Wire(Server.CreateClient());
        return await anybody.PostAsync("/portal/session", new JsonObject { ["email"] = email, ["password"] = password });
    }
}
