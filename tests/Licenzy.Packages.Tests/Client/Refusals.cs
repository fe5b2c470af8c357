using System.Net;
using Licenzy.Packages.Tests.Stubs;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Packages.Tests.Client;

public sealed class Refusals
{
    private static async Task<LicenzyApiException> RefusalOf(Func<HttpContext, Task> answer)
    {
        await using var stub = await Stub.StartAsync(answer);
        using var client = Clients.Of(stub, options => options.MaxRetries = 0);
        return Assert.ThrowsAsync<LicenzyApiException>(() => client.CheckAccessAsync("user_123"))!;
    }

    [Test]
    public async Task A_problem_becomes_an_exception_with_all_it_says()
    {
        var refusal = await RefusalOf(Answers.Problem(409, "insufficient_usage", ("Retry-After", "7")));

        Assert.Multiple(() =>
        {
            Assert.That(refusal.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(refusal.Code, Is.EqualTo("insufficient_usage"));
            Assert.That(refusal.Message, Is.EqualTo("What happened."));
            Assert.That(refusal.RequestId, Is.EqualTo("req_7"));
            Assert.That(refusal.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(7)));
            Assert.That(refusal.Errors.Single(), Is.EqualTo(new FieldError { Field = "units", Message = "Too many." }));
        });
    }

    [TestCase(400, "invalid_request")]
    [TestCase(401, "invalid_api_key")]
    [TestCase(403, "forbidden")]
    [TestCase(404, "not_found")]
    [TestCase(413, "payload_too_large")]
    [TestCase(429, "rate_limited")]
    [TestCase(500, "internal")]
    [TestCase(502, "unavailable")]
    [TestCase(503, "unavailable")]
    public async Task An_answer_of_something_else_gets_its_code_from_the_status(int status, string code)
    {
        var refusal = await RefusalOf(Answers.Text("<html>A proxy</html>", "text/html", status, ("X-Request-ID", "proxy-1")));

        Assert.That(((int)refusal.StatusCode!, refusal.Code, refusal.RequestId), Is.EqualTo((status, code, "proxy-1")));
        Assert.That(refusal.Message, Does.Contain(status.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [TestCase("{")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("""{"error":"only"}""")]
    public async Task A_problem_that_is_none_does_not_hide_the_status(string body)
    {
        var refusal = await RefusalOf(Answers.Text(body, "application/problem+json", 403));

        Assert.That((refusal.StatusCode, refusal.Code), Is.EqualTo(((HttpStatusCode?)HttpStatusCode.Forbidden, "forbidden")));
    }

    // More than the bound, and then nothing: who reads on waits for ever.
    [Test]
    public async Task A_refusal_without_end_is_read_to_its_bound_only()
    {
        await using var stub = await Stub.StartAsync(async context =>
        {
            context.Response.StatusCode = 500;
            await context.Response.Body.WriteAsync(new byte[80 * 1024]);
            await context.Response.Body.FlushAsync();
            await Answers.Silence(context);
        });
        using var client = Clients.Of(
            stub, options => (options.MaxRetries, options.AttemptTimeout) = (0, TimeSpan.FromSeconds(5)), TimeProvider.System);

        var refusal = Assert.ThrowsAsync<LicenzyApiException>(() => client.CheckAccessAsync("user_123"))!;

        Assert.That(refusal.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
    }

    [TestCase("<html>Welcome</html>")]
    [TestCase("null")]
    [TestCase("""{"allowed":true}""")]
    [TestCase("""{"subject_ref":"user_123"}""")]
    public async Task A_success_that_is_no_answer_is_a_failure(string body)
    {
        var failure = await RefusalOf(Answers.Text(body, "application/json", 200));

        Assert.That((failure.StatusCode, failure.Code), Is.EqualTo(((HttpStatusCode?)null, "unavailable")));
        Assert.That(failure.Message, Does.Contain("BaseAddress"));
    }

    [Test]
    public async Task An_answer_larger_than_any_is_a_failure()
    {
        var failure = await RefusalOf(Answers.Json($$"""{"subject_ref":"{{new string('x', 5_000_000)}}","allowed":true}"""));

        Assert.That(failure.StatusCode, Is.Null);
    }

    [Test]
    public async Task A_server_that_is_not_there_is_a_failure_without_a_status()
    {
        var gone = await Stub.StartAsync(Answers.Json(Answers.Allowed));
        using var client = Clients.Of(gone, options => options.MaxRetries = 0);
        await gone.DisposeAsync();

        var failure = Assert.ThrowsAsync<LicenzyApiException>(() => client.CheckAccessAsync("user_123"))!;

        Assert.That((failure.StatusCode, failure.Code), Is.EqualTo(((HttpStatusCode?)null, "unavailable")));
        Assert.That(failure.InnerException, Is.InstanceOf<HttpRequestException>());
    }
}
