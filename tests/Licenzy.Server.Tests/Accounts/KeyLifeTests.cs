using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Accounts;

/// <summary>Keys come, turn and go (CONTRACT §2, SECURITY T3, T4, T6).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class KeyLifeTests(Engine engine) : ServerFixture(engine)
{
    [Test]
    [Spec("POST /portal/api-keys/{id}/revoke", "the key is refused from the answer on; a repeat changes nothing")]
    public async Task A_revoked_key_is_refused_at_once_like_an_unknown_one()
    {
        var (id, key) = await NewKeyAsync();
        Assert.That(await StatusAsync(key), Is.EqualTo(200));
        var revoked = await Portal.SendAsync(HttpMethod.Post, $"/portal/api-keys/{id}/revoke", (string?)null);
        Assert.That(revoked.Status, Is.EqualTo(200), revoked.Text);
        Assert.That((string?)revoked.Json["revoked_at"], Is.Not.Null);
        Assert.That(await StatusAsync(key), Is.EqualTo(401));

        var again = await Portal.SendAsync(HttpMethod.Post, $"/portal/api-keys/{id}/revoke", (string?)null);
        Assert.That((again.Status, (string?)again.Json["revoked_at"]), Is.EqualTo((200, (string?)revoked.Json["revoked_at"])), "twice is once");
    }

    [Test]
    [Spec("POST /portal/api-keys/{id}/rotate", "201 with a new key; the old one ends after the overlap")]
    [Spec("POST /portal/api-keys/{id}/rotate", "409 key_revoked for a key that is refused already")]
    public async Task A_rotated_key_lives_on_for_the_overlap_beside_the_new_one()
    {
        var (id, old) = await NewKeyAsync();
        var rotated = await Portal.PostAsync($"/portal/api-keys/{id}/rotate", new JsonObject { ["overlap_hours"] = 1 });
        Assert.That(rotated.Status, Is.EqualTo(201), rotated.Text);
        var fresh = (string)rotated.Json["key"]!;
        Assert.That((string)rotated.Json["id"]!, Is.Not.EqualTo(id));
        Assert.That((await StatusAsync(old), await StatusAsync(fresh)), Is.EqualTo((200, 200)));
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.That((await StatusAsync(old), await StatusAsync(fresh)), Is.EqualTo((401, 200)));

        var tooLate = await Portal.PostAsync($"/portal/api-keys/{id}/rotate", new JsonObject());
        Assert.That((tooLate.Status, tooLate.Error), Is.EqualTo((409, "key_revoked")));
    }

    [Test]
    [Spec("POST /portal/api-keys/{id}/rotate", "with an Idempotency-Key a repeat hears the first answer")]
    public async Task A_rotation_repeated_with_its_key_makes_one_new_key()
    {
        var (id, _) = await NewKeyAsync();
        var repeat = Wire.NewKey();
        var first = await Portal.PostAsync($"/portal/api-keys/{id}/rotate", new JsonObject(), repeat);
        var second = await Portal.PostAsync($"/portal/api-keys/{id}/rotate", new JsonObject(), repeat);
        Assert.That(second.Text, Is.EqualTo(first.Text));
        Assert.That(second.Header("Idempotency-Replayed"), Is.EqualTo("true"));
    }

    [Test]
    [Spec("POST /portal/api-keys/{id}/rotate", "409 key_rotated for a key in its overlap: no key inherits its near end")]
    public async Task A_key_in_its_overlap_is_not_rotated_again()
    {
        var (id, _) = await NewKeyAsync();
        var fresh = await Portal.PostAsync($"/portal/api-keys/{id}/rotate", new JsonObject { ["overlap_hours"] = 1 });
        var again = await Portal.PostAsync($"/portal/api-keys/{id}/rotate", new JsonObject { ["overlap_hours"] = 1 });
        var next = await Portal.PostAsync($"/portal/api-keys/{fresh.Json["id"]}/rotate", new JsonObject());

        Assert.That((again.Status, again.Error), Is.EqualTo((409, "key_rotated")), again.Text);
        Assert.That((next.Status, (string?)next.Json["expires_at"]), Is.EqualTo((201, (string?)null)), next.Text);
    }

    [Test]
    [Spec("POST /portal/api-keys/{id}/rotate", "many at once make one new key, which keeps the end that the old one was given")]
    public async Task Rotated_by_many_at_once_a_key_has_one_successor_with_its_own_end([Range(1, 3)] int round)
    {
        var end = Wire.Time(Clock.GetUtcNow().AddDays(30));
        var made = await Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = $"Round {round}", ["expires_at"] = end });
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Portal.PostAsync($"/portal/api-keys/{made.Json["id"]}/rotate", new JsonObject())));

        Assert.That((string?)answers.Single(answer => answer.Status == 201).Json["expires_at"], Is.EqualTo(end));
        Assert.That(answers.Where(answer => answer.Status != 201).Select(answer => answer.Error), Is.All.EqualTo("key_rotated"));
    }

    [TestCase(-1)]
    [TestCase(169)]
    [Spec("POST /portal/api-keys/{id}/rotate", "overlap_hours is 0 to 168")]
    public async Task An_overlap_out_of_range_is_refused(int hours)
    {
        var (id, _) = await NewKeyAsync();
        var answer = await Portal.PostAsync($"/portal/api-keys/{id}/rotate", new JsonObject { ["overlap_hours"] = hours });
        Assert.That((answer.Status, answer.Fields.Single()), Is.EqualTo((400, "overlap_hours")));
    }

    [TestCase("/portal/api-keys/key_01J00000000000000000000000/revoke")]
    [TestCase("/portal/api-keys/%01/revoke")]
    [TestCase("/portal/api-keys/nothing/revoke")]
    [Spec("POST /portal/api-keys/{id}/revoke", "404 for what is not an id of the workspace")]
    public async Task A_key_that_is_not_ours_is_not_there(string path)
    {
        var answer = await Portal.SendAsync(HttpMethod.Post, path, (string?)null);
        Assert.That((answer.Status, answer.Error), Is.EqualTo((404, "not_found")), answer.Text);
    }

    [Test]
    public async Task A_key_called_NUL_does_not_get_past_the_web_server()
    {
        var answer = await Portal.SendAsync(HttpMethod.Post, "/portal/api-keys/%00/revoke", (string?)null);
        Assert.That((answer.Status, answer.Text), Is.EqualTo((400, "")));
    }

    [Test]
    [Spec("POST /portal/admin-keys", "201; the key is in no other answer")]
    [Spec("GET /portal/admin-keys", "the keys by prefix and last four, newest first")]
    [Spec("DELETE /portal/admin-keys/{id}", "204; the key is refused from the answer on")]
    public async Task An_admin_key_revoked_opens_nothing_more()
    {
        var made = await Portal.PostAsync("/portal/admin-keys", new JsonObject { ["name"] = "a script" });
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        using var script = new Wire(Server.CreateClient((string)made.Json["key"]!));
        Assert.That((await script.GetAsync("/portal/me")).Status, Is.EqualTo(200));
        Assert.That((await Portal.GetAsync("/portal/admin-keys")).Text, Does.Contain((string)made.Json["id"]!).And.Not.Contain((string)made.Json["key"]!));

        Assert.That((await Portal.SendAsync(HttpMethod.Delete, $"/portal/admin-keys/{made.Json["id"]}", (string?)null)).Status, Is.EqualTo(204));
        var refused = await script.GetAsync("/portal/me");
        Assert.That((refused.Status, refused.Error), Is.EqualTo((401, "invalid_api_key")));
    }

    private async Task<(string Id, string Key)> NewKeyAsync()
    {
        var made = await Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = "a key" });
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        return ((string)made.Json["id"]!, (string)made.Json["key"]!);
    }

    private async Task<int> StatusAsync(string key)
    {
        using var holder = new Wire(Server.CreateClient(key));
        return (await holder.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = "user_1" })).Status;
    }
}
