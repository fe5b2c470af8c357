using System.Text;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Hosting;

/// <summary>
/// Requests that no route takes, or that are hardly HTTP, over a bare socket: problem details wherever an answer of ours is possible, and where the
/// web server itself refuses, a status without a word.
/// </summary>
public sealed class OddRequestTests
{
    private static readonly string[] Nothing = [];
    private LicenzyTestServer _server = null!;

    [OneTimeSetUp]
    public async Task StartServer() => _server = await LicenzyTestServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [TestCase("GET", "/nothing")]
    [TestCase("POST", "/nothing/at/all")]
    [TestCase("GET", "//")]
    [TestCase("GET", "//v1//access//check")]
    [TestCase("GET", "/V2/access/check")]
    [TestCase("GET", "/v1/access/check/")]
    [TestCase("GET", "/healthz/more")]
    [TestCase("GET", "/openapi")]
    [TestCase("GET", "/openapi/v2.json")]
    [TestCase("GET", "/%2e%2e/%2e%2e/etc/passwd")]
    [TestCase("GET", "/a%00b")]
    [TestCase("GET", "/?q=%00")]
    [TestCase("OPTIONS", "*")]
    [TestCase("PROPFIND", "/nothing")]
    public async Task What_has_no_route_is_a_problem(string method, string target)
    {
        var answer = await RawHttp.SendAsync(_server, method, target, Nothing, null);
        if (answer.Status is 200 or 400 && (target.StartsWith("/?", StringComparison.Ordinal) || target.Contains("%00", StringComparison.Ordinal)))
        {
            // The web server takes no U+0000 in a path, and a query says nothing at the root.
            Assert.That(answer.Text, answer.Status == 400 ? Is.Empty : Does.StartWith("Licenzy is running"));
            return;
        }

        AssertProblem(answer, answer.Status == 405 ? 405 : 404);
    }

    [TestCase("HEAD", "/healthz", "GET")]
    [TestCase("OPTIONS", "/healthz", "GET")]
    [TestCase("POST", "/readyz", "GET")]
    [TestCase("TRACE", "/metrics", "GET")]
    [TestCase("DELETE", "/openapi/v1.json", "GET")]
    [TestCase("POST", "/docs", "GET")]
    [TestCase("POST", "/", "GET")]
    [TestCase("MADEUP", "/v1/access/check", "POST")]
    [TestCase("HEAD", "/v1/access/check", "POST")]
    [TestCase("OPTIONS", "/v1/customer/access/a%2Fb", "GET")]
    [TestCase("PUT", "/checkout/success", "GET")]
    public async Task Another_method_is_a_problem_that_names_the_right_ones(string method, string target, string allow)
    {
        var answer = await RawHttp.SendAsync(_server, method, target, Nothing, null);

        Assert.That(answer.Headers["Allow"], Is.EqualTo(allow));
        AssertProblem(answer, 405, hasBody: method != "HEAD");
    }

    [Test]
    public async Task A_body_that_is_too_large_is_a_problem_however_it_is_sent()
    {
        string[] key = [$"Authorization: Bearer {_server.TestKey}", "Content-Type: application/json"];
        AssertProblem(await RawHttp.SendAsync(_server, "POST", "/v1/access/check", key, new byte[70_000]), 413);

        using var chunked = await RawConnection.OpenAsync(_server);
        await chunked.SendHeadAsync(["POST /v1/access/check HTTP/1.1", "Host: x", .. key, "Transfer-Encoding: chunked"]);
        await chunked.SendAsync($"11170\r\n{new string(' ', 70_000)}\r\n0\r\n\r\n");
        Assert.That(await chunked.HearAsync(), Does.StartWith("HTTP/1.1 413").And.Contain("\"payload_too_large\""));
    }

    [Test]
    public async Task A_body_of_another_type_is_a_problem() => AssertProblem(
        await RawHttp.SendAsync(_server, "POST", "/v1/access/check", [$"Authorization: Bearer {_server.TestKey}", "Content-Type: text/plain"], "{}"u8.ToArray()), 415);

    [Test]
    public async Task A_member_without_a_name_is_still_named()
    {
        var answer = await RawHttp.SendAsync(_server, "POST", "/v1/access/check", [$"Authorization: Bearer {_server.TestKey}", "Content-Type: application/json"], "{\"\":1}"u8.ToArray());
        AssertProblem(answer, 400);
        Assert.That((string)answer.Json["detail"]!, Does.StartWith("\"\": is not a member"));
    }

    [TestCase("nonsense\r\n\r\n", 400)]
    [TestCase("GET /healthz\r\n\r\n", 400)]
    [TestCase("GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n", 505)]
    [TestCase("GET /healthz HTTP/1.1\r\n\r\n", 400)]
    [TestCase("GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400)]
    [TestCase("GET /healthz HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400)]
    [TestCase("GET /healthz HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n", 400)]
    [TestCase("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 404)]
    [TestCase("GET nothing HTTP/1.1\r\nHost: x\r\n\r\n", 405)]
    [TestCase("POST /v1/access/check HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400)]
    [TestCase("POST /v1/access/check HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400)]
    [TestCase("POST /v1/access/check HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nonsense\r\n\r\n", 400)]
    [TestCase("POST /v1/access/check HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 401)]
    public async Task What_is_hardly_HTTP_is_refused_without_a_word_about_ourselves(string request, int status)
    {
        using var connection = await RawConnection.OpenAsync(_server);
        await connection.SendAsync(request);
        var answer = await connection.HearAsync();

        Assert.That(answer, Does.StartWith($"HTTP/1.1 {status}"));
        Assert.That(answer, Does.Not.Contain("Kestrel").And.Not.Contain("Microsoft").And.Not.Contain("   at "));
    }

    [TestCase("GET /{0} HTTP/1.1\r\nHost: x\r\n\r\n", 414)]
    [TestCase("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: {0}\r\n\r\n", 431)]
    public async Task A_head_that_is_too_long_is_refused(string request, int status)
    {
        using var connection = await RawConnection.OpenAsync(_server);
        await connection.SendAsync(request.Replace("{0}", new string('a', 40_000), StringComparison.Ordinal));
        Assert.That(await connection.HearAsync(), Does.StartWith($"HTTP/1.1 {status}"));
    }

    [Test]
    public async Task A_body_that_breaks_off_is_a_problem_or_silence()
    {
        using var connection = await RawConnection.OpenAsync(_server);
        await connection.SendHeadAsync(
            "POST /v1/access/check HTTP/1.1", "Host: x", $"Authorization: Bearer {_server.TestKey}", "Content-Type: application/json", "Transfer-Encoding: chunked");
        await connection.SendAsync("5\r\n{\"sub\r\nnot a chunk\r\n");
        Assert.That(await connection.HearAsync(), Does.StartWith("HTTP/1.1 400").And.Contain("\"invalid_request\"").And.Contain("\"field\":\"body\""));
    }

    [Test]
    public async Task A_body_that_comes_too_slowly_is_a_problem()
    {
        using var connection = await RawConnection.OpenAsync(_server);
        await connection.SendHeadAsync(
            "POST /v1/access/check HTTP/1.1", "Host: x", $"Authorization: Bearer {_server.TestKey}", "Content-Type: application/json", "Content-Length: 1000");
        await connection.SendAsync("{");
        // The web server waits for five seconds, then holds the body to 240 bytes a second.
        Assert.That(await connection.HearAsync(), Does.StartWith("HTTP/1.1 4").And.Contain("application/problem+json").And.Contain("\"field\":\"body\"").And.Contain("too slowly"));
    }

    private static void AssertProblem(RawAnswer answer, int status, bool hasBody = true)
    {
        Assert.That((answer.Status, answer.Headers["Content-Type"]), Is.EqualTo((status, "application/problem+json")), answer.Text);
        Assert.That((answer.Headers["Cache-Control"], answer.Headers["X-Content-Type-Options"]), Is.EqualTo(("no-store", "nosniff")));
        Assert.That(answer.Headers.Keys, Has.None.EqualTo("Server"));
        Assert.That(Encoding.UTF8.GetByteCount(answer.Text), Is.EqualTo(hasBody ? int.Parse(answer.Headers["Content-Length"], System.Globalization.CultureInfo.InvariantCulture) : 0));
        if (hasBody)
            Assert.That(((int)answer.Json["status"]!, (string?)answer.Json["request_id"]), Is.EqualTo((status, answer.Headers["X-Request-ID"])));
    }
}
