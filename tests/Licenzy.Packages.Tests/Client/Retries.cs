using Licenzy.Packages.Tests.Stubs;
using Licenzy.Usage;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Packages.Tests.Client;

public sealed class Retries
{
    private static readonly ConsumeUsageRequest ThreeUnits = new() { SubjectRef = "user_123", Units = 3 };

    [TestCase(408)]
    [TestCase(429)]
    [TestCase(500)]
    [TestCase(503)]
    [TestCase(504)]
    public async Task What_may_pass_is_tried_again_with_the_same_key_and_body(int status)
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(status, "unavailable"), Answers.Cut, Answers.Json(Answers.Consumed));
        using var client = Clients.Of(stub);

        var answer = await client.ConsumeUsageAsync(ThreeUnits);

        Assert.Multiple(() =>
        {
            Assert.That(answer.UsageRemaining, Is.EqualTo(97));
            Assert.That(stub.Heard, Has.Count.EqualTo(3));
            Assert.That(stub.Heard.Select(heard => heard.Headers["Idempotency-Key"].ToString()).Distinct().Count(), Is.EqualTo(1));
            Assert.That(stub.Heard.Select(heard => heard.Body).Distinct(), Is.EqualTo(new[] { """{"subject_ref":"user_123","units":3}""" }));
        });
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(403)]
    [TestCase(404)]
    [TestCase(409)]
    [TestCase(422)]
    [TestCase(502)]
    public async Task A_refusal_is_not_tried_again(int status)
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(status, "refused"));
        using var client = Clients.Of(stub);

        Assert.ThrowsAsync<LicenzyApiException>(() => client.ConsumeUsageAsync(ThreeUnits));
        Assert.That(stub.Heard, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_gateways_own_502_is_tried_again()
    {
        await using var stub = await Stub.StartAsync(Answers.Text("<h1>Bad gateway</h1>", "text/html", 502), Answers.Json(Answers.Consumed));
        using var client = Clients.Of(stub);

        Assert.That((await client.ConsumeUsageAsync(ThreeUnits)).UsageRemaining, Is.EqualTo(97));
    }

    [Test]
    public async Task Tries_end_and_the_last_answer_is_told()
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(503, "unavailable"));
        using var client = Clients.Of(stub, options => options.MaxRetries = 2);

        var refusal = Assert.ThrowsAsync<LicenzyApiException>(() => client.CheckAccessAsync("user_123"))!;

        Assert.That((refusal.Message, stub.Heard.Count), Is.EqualTo(("What happened.", 3)));
    }

    [Test]
    public async Task Waits_double_and_are_spread()
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(503, "unavailable"));
        var clock = new SkippingClock();
        using var client = Clients.Of(stub, clock: clock);

        Assert.ThrowsAsync<LicenzyApiException>(() => client.CheckAccessAsync("user_123"));

        Assert.That(clock.Waits, Has.Count.EqualTo(3));
        Assert.Multiple(() =>
        {
            Assert.That(clock.Waits[0].TotalSeconds, Is.InRange(1.0, 3.0));
            Assert.That(clock.Waits[1].TotalSeconds, Is.InRange(2.0, 6.0));
            Assert.That(clock.Waits[2].TotalSeconds, Is.InRange(4.0, 12.0));
        });
    }

    [Test]
    public async Task A_retry_comes_no_sooner_than_the_server_asked()
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(503, "unavailable", ("Retry-After", "9")), Answers.Json(Answers.Allowed));
        var clock = new SkippingClock();
        using var client = Clients.Of(stub, clock: clock);

        await client.CheckAccessAsync("user_123");

        Assert.That(clock.Waits.Single().TotalSeconds, Is.InRange(9.0, 10.0));
    }

    [Test]
    public async Task A_retry_date_is_read_by_the_servers_clock()
    {
        await using var stub = await Stub.StartAsync(
            Answers.Problem(429, "rate_limited", ("Date", "Mon, 30 Nov 2026 12:00:00 GMT"), ("Retry-After", "Mon, 30 Nov 2026 12:00:08 GMT")),
            Answers.Json(Answers.Allowed));
        var clock = new SkippingClock();
        using var client = Clients.Of(stub, clock: clock);

        await client.CheckAccessAsync("user_123");

        Assert.That(clock.Waits.Single().TotalSeconds, Is.InRange(8.0, 9.0));
    }

    [Test]
    public async Task A_wait_that_is_too_long_is_the_callers_to_make()
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(503, "unavailable", ("Retry-After", "11")));
        var clock = new SkippingClock();
        using var client = Clients.Of(stub, clock: clock);

        var refusal = Assert.ThrowsAsync<LicenzyApiException>(() => client.CheckAccessAsync("user_123"))!;

        Assert.That((refusal.RetryAfter, stub.Heard.Count, clock.Waits.Count), Is.EqualTo(((TimeSpan?)TimeSpan.FromSeconds(11), 1, 0)));
    }

    [Test]
    public async Task A_server_that_always_fails_is_asked_little_more_often_than_without_retries()
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(503, "unavailable"));
        using var client = Clients.Of(stub);

        for (var call = 0; call < 60; call++)
            Assert.ThrowsAsync<LicenzyApiException>(() => client.CheckAccessAsync("user_123"));

        // 60 calls, the 10 retries a client may always make, and one more for ten calls.
        Assert.That(stub.Heard.Count, Is.InRange(70, 76));
    }

    [Test]
    public async Task The_circuit_opens_and_the_server_is_left_alone()
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(503, "unavailable"));
        using var client = Clients.Of(stub, options => options.MaxRetries = 0, TimeProvider.System);

        LicenzyApiException last = null!;
        for (var call = 0; call < 120; call++)
            last = Assert.ThrowsAsync<LicenzyApiException>(() => client.CheckAccessAsync("user_123"))!;

        Assert.Multiple(() =>
        {
            Assert.That(stub.Heard, Has.Count.EqualTo(100));
            Assert.That((last.StatusCode, last.Code), Is.EqualTo(((System.Net.HttpStatusCode?)null, "unavailable")));
            Assert.That(last.RetryAfter, Is.GreaterThan(TimeSpan.Zero));
        });
    }

    [Test]
    public async Task A_try_without_an_answer_ends_and_another_is_made()
    {
        await using var stub = await Stub.StartAsync(Answers.Silence, Answers.Json(Answers.Allowed));
        using var client = Clients.Of(stub, options => (options.AttemptTimeout, options.RetryDelay) = (TimeSpan.FromSeconds(2), TimeSpan.Zero), TimeProvider.System);

        var decision = await client.CheckAccessAsync("user_123");

        Assert.That((decision.Allowed, stub.Heard.Count), Is.EqualTo((true, 2)));
    }

    [Test]
    public async Task A_body_that_stalls_ends_the_try_too()
    {
        await using var stub = await Stub.StartAsync(StallInside, Answers.Json(Answers.Allowed));
        using var client = Clients.Of(stub, options => (options.AttemptTimeout, options.RetryDelay) = (TimeSpan.FromSeconds(2), TimeSpan.Zero), TimeProvider.System);

        var decision = await client.CheckAccessAsync("user_123");

        Assert.That((decision.Allowed, stub.Heard.Count), Is.EqualTo((true, 2)));
    }

    [Test]
    public async Task A_body_that_is_cut_is_asked_for_again()
    {
        await using var stub = await Stub.StartAsync(
            async context =>
            {
                context.Response.ContentLength = 1000;
                await context.Response.WriteAsync("{");
                await context.Response.Body.FlushAsync();
                context.Abort();
            },
            Answers.Json(Answers.Allowed));
        using var client = Clients.Of(stub);

        Assert.That((await client.CheckAccessAsync("user_123")).Allowed, Is.True);
    }

    [Test]
    public async Task A_call_has_an_end_whatever_its_tries_do()
    {
        await using var stub = await Stub.StartAsync(Answers.Silence);
        using var client = Clients.Of(
            stub, options => (options.TotalTimeout, options.AttemptTimeout) = (TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(300)), TimeProvider.System);

        var failure = Assert.ThrowsAsync<LicenzyApiException>(() => client.CheckAccessAsync("user_123"))!;

        Assert.That((failure.Code, failure.Message), Is.EqualTo(("unavailable", "The Licenzy API gave no answer within 00:00:00.3000000.")));
    }

    [Test]
    public async Task A_caller_that_gives_up_hears_that_and_nothing_else()
    {
        using var caller = new CancellationTokenSource();
        await using var stub = await Stub.StartAsync(async context =>
        {
            await caller.CancelAsync();
            await Answers.Silence(context);
        });
        using var client = Clients.Of(stub);

        Assert.That(async () => await client.ConsumeUsageAsync(ThreeUnits, null, caller.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(stub.Heard, Has.Count.EqualTo(1));
    }

    private static async Task StallInside(HttpContext context)
    {
        context.Response.ContentLength = 1000;
        await context.Response.WriteAsync("{");
        await context.Response.Body.FlushAsync();
        await Answers.Silence(context);
    }
}
