using System.Net;
using System.Text.Json.Nodes;
using Licenzy.Server.Accounts;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Accounts;

/// <summary>Signing in with a cookie (CONTRACT §2, SECURITY T19, T20, T23).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class SignInTests(Engine engine) : ServerFixture(engine)
{
    private const string Password = "correct horse battery staple";
    private int _people;

    [Test]
    [Spec("POST /portal/session", "sets a __Host- cookie out of scripts' reach and answers what GET /portal/me answers")]
    [Spec("GET /portal/me", "tells a signed-in browser its CSRF token")]
    public async Task A_sign_in_sets_a_guarded_cookie_and_tells_what_me_tells()
    {
        using var browser = await SignedInAsync();
        Assert.That(browser.Cookie, Does.Contain("__Host-licenzy=").And.Contain("httponly").And.Contain("secure").And.Contain("samesite=strict").And.Contain("path=/"));
        var me = await browser.SendAsync(HttpMethod.Get, "/portal/me");
        Assert.That(me.Status, Is.EqualTo(200), me.Text);
        Assert.That((string)me.Json["session"]!["kind"]!, Is.EqualTo("cookie"));
        Assert.That((string)me.Json["csrf_token"]!, Is.EqualTo(browser.Csrf));
    }

    [Test]
    [Spec("POST /portal/api-keys", "by cookie needs X-CSRF-Token and no foreign Origin, else 403")]
    public async Task A_write_needs_the_csrf_token_and_no_foreign_origin()
    {
        using var browser = await SignedInAsync();
        var body = """{"mode":"test","name":"a key"}""";
        Assert.That((await browser.SendAsync(HttpMethod.Post, "/portal/api-keys", body, csrf: null)).Status, Is.EqualTo(403), "no token");
        Assert.That((await browser.SendAsync(HttpMethod.Post, "/portal/api-keys", body, csrf: "another")).Status, Is.EqualTo(403), "wrong token");
        Assert.That((await browser.SendAsync(HttpMethod.Post, "/portal/api-keys", body, browser.Csrf, "https://evil.example")).Status, Is.EqualTo(403), "foreign origin");
        var made = await browser.SendAsync(HttpMethod.Post, "/portal/api-keys", body, browser.Csrf, Server.BaseAddress.GetLeftPart(UriPartial.Authority));
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
    }

    [Test]
    [Spec("POST /portal/session", "401 invalid_session, alike for an unknown address and a wrong password")]
    public async Task An_unknown_address_and_a_wrong_password_are_answered_alike()
    {
        var email = await NewOperatorAsync();
        var wrong = await SignInAsync(email, "not the password at all");
        var unknown = await SignInAsync("nobody@example.com", "not the password at all");
        Assert.That((wrong.Status, wrong.Error), Is.EqualTo((401, "invalid_session")));
        Assert.That(Masked(unknown), Is.EqualTo(Masked(wrong)));
    }

    [Test]
    [Spec("POST /portal/session", "429 with Retry-After after five failures in a minute")]
    public async Task After_five_failures_in_a_minute_even_the_right_password_waits()
    {
        var email = await NewOperatorAsync();
        Clock.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 5; i++)
        {
            Assert.That((await SignInAsync(email, "not the password at all")).Status, Is.EqualTo(401));
        }

        var waiting = await SignInAsync(email, Password);
        Assert.That((waiting.Status, waiting.Error), Is.EqualTo((429, "rate_limited")));
        Assert.That(int.Parse(waiting.Header("Retry-After")!, null), Is.InRange(1, 60));
        Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.That((await SignInAsync(email, Password)).Status, Is.EqualTo(200));
    }

    [Test]
    [Spec("POST /portal/session", "behind a proxy on this machine a stranger's failures do not lock operators out")]
    public async Task A_strangers_failures_through_a_local_proxy_lock_nobody_out()
    {
        var email = await NewOperatorAsync();
        Clock.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 6; i++)
        {
            Assert.That((await SignInAsync($"stranger{i}@example.com", "not the password at all")).Status, Is.EqualTo(401));
        }

        Assert.That((await SignInAsync(email, Password)).Status, Is.EqualTo(200));
    }

    [TestCase("203.0.113.9", 2)]
    [TestCase("10.0.0.7", 2)]
    [TestCase("2001:db8::1", 2)]
    [TestCase("::ffff:127.0.0.1", 1)]
    [TestCase("127.0.0.1", 1)]
    [TestCase("::1", 1)]
    public void Failures_are_counted_by_account_and_by_an_address_that_is_one_callers(string address, int keys) =>
        Assert.That(SignIn.KeysOf("A@example.com", IPAddress.Parse(address)), Has.Count.EqualTo(keys).And.Member("account:a@example.com"));

    [Test]
    [Spec("POST /portal/session", "tries made at once are counted one by one")]
    public async Task Tries_made_at_once_are_counted_one_by_one()
    {
        var email = await NewOperatorAsync();
        Clock.Advance(TimeSpan.FromMinutes(2));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SignInAsync(email, "not the password at all")));
        Assert.That(answers.Count(answer => answer.Status == 401), Is.EqualTo(5));
        Assert.That(answers.Count(answer => answer.Status == 429), Is.EqualTo(15));
        Clock.Advance(TimeSpan.FromMinutes(2));
    }

    [Test]
    [Spec("POST /portal/api-keys", "a page on another site writes nothing with an operator's cookie")]
    public async Task A_page_on_another_site_writes_nothing_though_it_hides_its_origin()
    {
        using var browser = await SignedInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Server.BaseAddress, "/portal/api-keys"));
        request.Headers.Add("Cookie", browser.Cookie.Split(';')[0]);
        request.Headers.Add("X-CSRF-Token", browser.Csrf);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        request.Content = new StringContent("""{"mode":"test","name":"a key"}""", System.Text.Encoding.UTF8, "application/json");
        using var anybody = new Wire(new HttpClient(new SocketsHttpHandler { UseCookies = false }));
        Assert.That((await anybody.SendAsync(request)).Status, Is.EqualTo(403));
    }

    [Test]
    [Spec("DELETE /portal/session", "204; the cookie opens nothing more")]
    public async Task A_signed_out_cookie_is_worth_nothing()
    {
        using var browser = await SignedInAsync();
        Assert.That((await browser.SendAsync(HttpMethod.Delete, "/portal/session", null, browser.Csrf)).Status, Is.EqualTo(204));
        var after = await browser.SendAsync(HttpMethod.Get, "/portal/me");
        Assert.That((after.Status, after.Error), Is.EqualTo((401, "invalid_session")));
    }

    [Test]
    public async Task A_session_ends_after_thirty_idle_minutes()
    {
        using var browser = await SignedInAsync();
        Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.That((await browser.SendAsync(HttpMethod.Get, "/portal/me")).Status, Is.EqualTo(200));
        Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.That((await browser.SendAsync(HttpMethod.Get, "/portal/me")).Status, Is.EqualTo(200), "the visit counted");
        Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.That((await browser.SendAsync(HttpMethod.Get, "/portal/me")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task A_session_ends_after_twelve_hours_however_busy()
    {
        using var browser = await SignedInAsync();
        for (var i = 0; i < 29; i++)
        {
            Clock.Advance(TimeSpan.FromMinutes(25));
            var expected = i < 28 ? 200 : 401;
            Assert.That((await browser.SendAsync(HttpMethod.Get, "/portal/me")).Status, Is.EqualTo(expected), $"after {(i + 1) * 25} minutes");
        }
    }

    [Test]
    [Spec("POST /portal/password", "204; ends the other sessions and the old password")]
    [Spec("POST /portal/password", "400 on current where that is not the password")]
    public async Task A_changed_password_ends_the_other_sessions_and_the_old_password()
    {
        var email = await NewOperatorAsync();
        using var here = await BrowserAsync(email, Password);
        using var elsewhere = await BrowserAsync(email, Password);
        var refused = await here.SendAsync(HttpMethod.Post, "/portal/password", """{"current":"not my password","new":"another good password"}""", here.Csrf);
        Assert.That((refused.Status, refused.Fields), Is.EqualTo((400, (string[])["current"])).Using<(int, IReadOnlyList<string>)>((a, b) => a.Item1 == b.Item1 && a.Item2.SequenceEqual(b.Item2)));
        Assert.That((await here.SendAsync(HttpMethod.Post, "/portal/password", $$"""{"current":"{{Password}}","new":"another good password"}""", here.Csrf)).Status, Is.EqualTo(204));

        Assert.That((await here.SendAsync(HttpMethod.Get, "/portal/me")).Status, Is.EqualTo(200));
        Assert.That((await elsewhere.SendAsync(HttpMethod.Get, "/portal/me")).Status, Is.EqualTo(401));
        Assert.That((await SignInAsync(email, Password)).Status, Is.EqualTo(401));
        Assert.That((await SignInAsync(email, "another good password")).Status, Is.EqualTo(200));
    }

    [Test]
    [Spec("POST /portal/password", "429 with Retry-After after five wrong passwords in a minute")]
    public async Task A_session_is_no_place_to_guess_its_password()
    {
        using var browser = await SignedInAsync();
        Clock.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 5; i++)
        {
            Assert.That((await ChangeAsync("not my password")).Status, Is.EqualTo(400));
        }

        var waiting = await ChangeAsync(Password);
        Assert.That((waiting.Status, waiting.Error), Is.EqualTo((429, "rate_limited")));
        Assert.That(int.Parse(waiting.Header("Retry-After")!, null), Is.InRange(1, 60));
        Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.That((await ChangeAsync(Password)).Status, Is.EqualTo(204));

        Task<Answer> ChangeAsync(string current) =>
            browser.SendAsync(HttpMethod.Post, "/portal/password", $$"""{"current":"{{current}}","new":"another good password"}""", browser.Csrf);
    }

    [Test]
    [Spec("POST /portal/password", "403 forbidden for an admin key")]
    public async Task An_admin_key_has_no_password()
    {
        var answer = await Portal.SendAsync(HttpMethod.Post, "/portal/password", """{"current":"anything at all","new":"another good password"}""");
        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "forbidden")));
    }

    [Test]
    [Spec("DELETE /portal/operators/{id}", "204; the sessions end at once; then 404")]
    [Spec("GET /portal/operators", "the people who may sign in, newest first")]
    public async Task An_operator_removed_is_out_at_once()
    {
        var email = await NewOperatorAsync();
        using var browser = await BrowserAsync(email, Password);
        var id = (string)(await Portal.GetAsync("/portal/operators")).Json["data"]!.AsArray().Single(person => (string)person!["email"]! == email)!["id"]!;
        Assert.That((await Portal.SendAsync(HttpMethod.Delete, $"/portal/operators/{id}", (string?)null)).Status, Is.EqualTo(204));
        Assert.That((await browser.SendAsync(HttpMethod.Get, "/portal/me")).Status, Is.EqualTo(401));
        Assert.That((await SignInAsync(email, Password)).Status, Is.EqualTo(401));
        Assert.That((await Portal.SendAsync(HttpMethod.Delete, $"/portal/operators/{id}", (string?)null)).Status, Is.EqualTo(404));
    }

    [TestCase("""{"email":"no address","password":"long enough password"}""", "email")]
    [TestCase("""{"email":"a@example.com","password":"short"}""", "password")]
    [Spec("POST /portal/operators", "a refusal names email or password")]
    public async Task An_operator_that_cannot_be_is_refused(string body, string field)
    {
        var answer = await Portal.SendAsync(HttpMethod.Post, "/portal/operators", body);
        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Fields, Is.EqualTo([field]));
    }

    [Test]
    [Spec("POST /portal/operators", "409 operator_exists, in whatever case the address is spelt")]
    public async Task Two_spellings_of_one_address_are_one_operator()
    {
        var email = await NewOperatorAsync();
        var again = await Portal.PostAsync("/portal/operators", new JsonObject { ["email"] = email.ToUpperInvariant(), ["password"] = Password });
        Assert.That((again.Status, again.Error), Is.EqualTo((409, "operator_exists")));
        Assert.That((await SignInAsync(email.ToUpperInvariant(), Password)).Status, Is.EqualTo(200));
    }

    [Test]
    [Spec("POST /portal/operators", "ten at once for one address make one operator")]
    public async Task One_address_at_once_is_one_operator()
    {
        var body = new JsonObject { ["email"] = "at.once@example.com", ["password"] = Password };
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Portal.PostAsync("/portal/operators", body)));
        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(1));
        Assert.That(answers.Where(answer => answer.Status != 201).Select(answer => answer.Error), Is.All.EqualTo("operator_exists"));
    }

    private async Task<string> NewOperatorAsync()
    {
        var email = $"op{Interlocked.Increment(ref _people)}@example.com";
        var answer = await Portal.PostAsync("/portal/operators", new JsonObject { ["email"] = email, ["password"] = Password });
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        return email;
    }

    private async Task<Browser> SignedInAsync() => await BrowserAsync(await NewOperatorAsync(), Password);

    private async Task<Browser> BrowserAsync(string email, string password)
    {
        var answer = await SignInAsync(email, password);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return new Browser(Server.BaseAddress, answer);
    }

    private async Task<Answer> SignInAsync(string email, string password)
    {
        using var anybody = new Wire(Server.CreateClient());
        return await anybody.PostAsync("/portal/session", new JsonObject { ["email"] = email, ["password"] = password });
    }

    private static string Masked(Answer answer) => answer.Text.Replace((string)answer.Json["request_id"]!, "", StringComparison.Ordinal);
}
