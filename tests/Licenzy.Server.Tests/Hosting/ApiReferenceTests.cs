using System.Text.RegularExpressions;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Hosting;

/// <summary>The API's reference for people, at <c>/docs</c>: it works, and with files of our own origin alone (SECURITY T21).</summary>
public sealed partial class ApiReferenceTests
{
    private LicenzyTestServer _server = null!;
    private HttpClient _http = null!;

    [OneTimeSetUp]
    public async Task StartServer()
    {
        _server = await LicenzyTestServer.StartAsync();
        _http = _server.CreateClient();
    }

    [OneTimeTearDown]
    public async Task StopServer()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [TestCase("/docs")]
    [TestCase("/docs/")]
    public async Task The_page_and_all_it_asks_for_come_from_here(string path)
    {
        using var page = await _http.GetAsync(new Uri(path, UriKind.Relative));
        var html = await page.Content.ReadAsStringAsync();
        Assert.That((page.IsSuccessStatusCode, page.Content.Headers.ContentType?.MediaType), Is.EqualTo((true, "text/html")));

        var asked = Reference().Matches(html).Select(match => new Uri(page.RequestMessage!.RequestUri!, match.Groups[1].Value)).ToList();
        Assert.That(asked.Where(address => !_server.BaseAddress.IsBaseOf(address)), Is.Empty);
        Assert.That(asked.Select(address => Path.GetExtension(address.AbsolutePath)), Is.SupersetOf(new[] { ".css", ".js", ".png" }));
        foreach (var address in asked)
        {
            using var asset = await _http.GetAsync(address);
            var type = Path.GetExtension(address.AbsolutePath) switch { ".css" => "text/css", ".js" => "javascript", _ => "image/png" };
            Assert.That(asset.IsSuccessStatusCode, address.ToString());
            Assert.That(asset.Content.Headers.ContentType?.MediaType, Does.EndWith(type), address.ToString());
            Assert.That(asset.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }), address.ToString());
            if (type == "text/css")
                Assert.That(ForeignStyle().Matches(await asset.Content.ReadAsStringAsync()), Is.Empty);
        }
    }

    [Test]
    public async Task It_shows_our_own_document()
    {
        var script = await _http.GetStringAsync(new Uri("/docs/index.js", UriKind.Relative));
        var document = new Uri(new Uri(_server.BaseAddress, "/docs/index.html"), DocumentAddress().Match(script).Groups[1].Value);

        Assert.That(document.AbsolutePath, Is.EqualTo("/openapi/v1.json"));
        Assert.That(await _http.GetStringAsync(document), Does.Contain("\"/v1/access/check\""));
    }

    [TestCase("/docs")]
    [TestCase("/docs/index.html")]
    [TestCase("/docs/index.js")]
    [TestCase("/docs/nothing")]
    public async Task Its_policy_lets_nothing_in_from_elsewhere_and_no_script_of_the_pages_own(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
        var policy = string.Join(";", answer.Headers.GetValues("Content-Security-Policy"));

        Assert.That(policy, Does.StartWith("default-src 'none'").And.Contain("script-src 'self';").And.Contain("frame-ancestors 'none'"));
        Assert.That(policy, Does.Not.Contain("unsafe").And.Not.Contain("http").And.Not.Contain("*"));
        Assert.That(InlineScript().IsMatch(await answer.Content.ReadAsStringAsync()) && path.EndsWith("html", StringComparison.Ordinal), Is.False);
    }

    [Test]
    public async Task Another_method_is_refused_and_an_unknown_file_is_not_found()
    {
        using var posted = await _http.PostAsync(new Uri("/docs/index.html", UriKind.Relative), null);
        Assert.That(((int)posted.StatusCode, posted.Content.Headers.ContentType?.MediaType, string.Join(",", posted.Content.Headers.Allow)), Is.EqualTo((405, "application/problem+json", "GET")));
        using var unknown = await _http.GetAsync(new Uri("/docs/..%2f..%2fetc/passwd", UriKind.Relative));
        Assert.That(((int)unknown.StatusCode, unknown.Content.Headers.ContentType?.MediaType), Is.EqualTo((404, "application/problem+json")));
    }

    [GeneratedRegex("""(?:href|src)="([^"]+)"[ >/]""")]
    private static partial Regex Reference();

    [GeneratedRegex("""@import|url\((?!["']?data:)""")]
    private static partial Regex ForeignStyle();

    [GeneratedRegex("""\\?"url\\?":\\?"([^"\\]+)""")]
    private static partial Regex DocumentAddress();

    [GeneratedRegex("""<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:""")]
    private static partial Regex InlineScript();
}
