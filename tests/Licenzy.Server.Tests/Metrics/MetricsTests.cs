using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Metrics;

/// <summary>What the server counts, as Prometheus reads it (CONTRACT §6, SECURITY T59).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class MetricsTests(Engine engine) : ServerFixture(engine)
{
    [Test]
    [Spec("GET /metrics", "Prometheus' text format 0.0.4, every line of it")]
    public async Task It_speaks_Prometheus_text_format()
    {
        using var http = Server.CreateClient();
        using var answer = await http.GetAsync(new Uri("/metrics", UriKind.Relative));
        var scrape = new Scrape(await answer.Content.ReadAsStringAsync());

        Assert.That(answer.Content.Headers.ContentType?.ToString(), Is.EqualTo("text/plain; version=0.0.4; charset=utf-8"));
        Assert.That(scrape.Types, Does.ContainKey("http_server_request_duration_seconds").WithValue("histogram"));
        foreach (var counter in new[] { "licenzy_access_decisions", "licenzy_usage_consumptions", "licenzy_stripe_events", "licenzy_stripe_calls", "licenzy_idempotency_replays", "licenzy_refusals", "licenzy_storage_unavailable", "licenzy_webhooks_attempts", "dotnet_gc_collections" })
            Assert.That(scrape.Types, Does.ContainKey($"{counter}_total").WithValue("counter"));
        foreach (var gauge in new[] { "process_uptime_seconds", "licenzy_storage_waiting", "licenzy_webhooks_waiting", "licenzy_webhooks_oldest_seconds", "dotnet_thread_pool_thread_count", "dotnet_process_memory_working_set_bytes" })
            Assert.That(scrape.Types, Does.ContainKey(gauge).WithValue("gauge"));
        Assert.That(scrape["process_uptime_seconds"], Is.GreaterThan(0));
        Assert.That(scrape.Sum("dotnet_thread_pool_thread_count"), Is.GreaterThan(0));
        Assert.That(scrape.Sum("dotnet_process_memory_working_set_bytes"), Is.GreaterThan(1_000_000));
    }

    [Test]
    public async Task Requests_are_counted_by_route_method_and_status()
    {
        const string Checks = """http_server_request_duration_seconds_{0}{{http_request_method="POST",http_route="/v1/access/check",http_response_status_code="200"{1}}}""";
        var before = await ScrapeAsync();
        for (var i = 0; i < 7; i++)
            await AllowedAsync(NewSubject());
        await Runtime.GetAsync("/v1/customer/access/" + NewSubject());
        var after = await ScrapeAsync();

        Assert.That(Grown(before, after, Series(Checks, "count")), Is.EqualTo(7));
        Assert.That(Grown(before, after, Series(Checks, "bucket", ",le=\"+Inf\"")), Is.EqualTo(7));
        Assert.That(Grown(before, after, Series(Checks, "sum")), Is.InRange(0.0, 70.0).And.GreaterThan(0));
        var buckets = after.Series.Where(series => series.StartsWith(Series(Checks, "bucket").TrimEnd('}'), StringComparison.Ordinal)).Select(series => after[series]);
        Assert.That(buckets, Is.Ordered, "cumulative");
        Assert.That(after.Sum("_count", "http_route=\"/v1/customer/access/{subject_ref}\"", "\"GET\"", "\"200\""), Is.GreaterThan(0));
    }

    [Test]
    public async Task Decisions_consumptions_repeats_and_refusals_are_counted()
    {
        var (subject, key) = (NewSubject(), Wire.NewKey());
        var before = await ScrapeAsync();
        await AllowedAsync(subject);
        Assert.That((await GrantAsync(subject, "PACK1000")).Status, Is.EqualTo(201));
        await AllowedAsync(subject);
        await SummaryAsync(subject);
        await ConsumeAsync(subject, 600, key);
        await ConsumeAsync(subject, 600, key);
        await ConsumeAsync(subject, 600);
        var after = await ScrapeAsync();

        Assert.That(Grown(before, after, """licenzy_access_decisions_total{allowed="false",reason="no_entitlement"}"""), Is.EqualTo(1));
        Assert.That(Grown(before, after, """licenzy_access_decisions_total{allowed="true",reason="usage_pack_available"}"""), Is.EqualTo(2));
        Assert.That(Grown(before, after, """licenzy_usage_consumptions_total{result="taken"}"""), Is.EqualTo(1));
        Assert.That(Grown(before, after, """licenzy_usage_consumptions_total{result="insufficient"}"""), Is.EqualTo(1));
        Assert.That(Grown(before, after, "licenzy_idempotency_replays_total"), Is.EqualTo(1));
        Assert.That(Grown(before, after, """licenzy_refusals_total{error="insufficient_usage"}"""), Is.EqualTo(1));
    }

    [Test]
    public async Task Stripes_events_and_calls_are_counted_by_what_became_of_them()
    {
        var before = await ScrapeAsync();
        var begun = await CheckoutAsync(NewSubject(), "PASS30");
        await Stripe.PayAsync(begun.Url);
        await Stripe.RedeliverAsync(Stripe.Events.Single(sent => sent.Type == "checkout.session.completed" && Encoding.UTF8.GetString(sent.Payload).Contains(begun.AttemptId, StringComparison.Ordinal)).Id);
        Assert.That((await Runtime.PostAsync("/v1/webhooks/stripe/tenant", new JsonObject())).Status, Is.EqualTo(400));
        var after = await ScrapeAsync();

        Assert.That(Grown(before, after, """licenzy_stripe_events_total{type="checkout.session.completed",result="applied"}"""), Is.EqualTo(1));
        Assert.That(Grown(before, after, """licenzy_stripe_events_total{type="checkout.session.completed",result="duplicate"}"""), Is.EqualTo(1));
        Assert.That(Grown(before, after, """licenzy_stripe_events_total{type="unknown",result="refused"}"""), Is.EqualTo(1));
        Assert.That(Grown(before, after, """licenzy_stripe_calls_total{result="ok"}"""), Is.EqualTo(1));
    }

    [Test]
    [Spec("GET /metrics", "names no subject, key, workspace or product, and what outsiders send makes no series")]
    public async Task Nothing_that_outsiders_choose_becomes_a_label()
    {
        Assert.That((await GrantAsync("user_marker_7f3a", "PACK1000")).Status, Is.EqualTo(201));
        await AllowedAsync("user_marker_7f3a");
        var before = await ScrapeAsync();
        for (var i = 0; i < 200; i++)
            await RawHttp.SendAsync(Server, i % 2 == 0 ? $"MADEUP{i}" : "GET", $"/v1/marker_7f3a_{i}", [$"X-Request-ID: marker_7f3a_{i}"], null);
        var text = await TextAsync();
        var after = new Scrape(text);

        Assert.That(text, Does.Not.Contain("7f3a").And.Not.Contain("MADEUP").And.Not.Contain("PACK1000").And.Not.Contain("lz_").And.Not.Contain("ws_"));
        Assert.That(after.Series.Except(before.Series).Count(), Is.LessThanOrEqualTo(2 * 17), "one new series for each of two methods");
        Assert.That(after.Sum("_count", "\"_OTHER\"", "\"404\""), Is.EqualTo(100));
    }

    [Test]
    public async Task Two_servers_in_one_process_count_apart()
    {
        await using var other = await LicenzyTestServer.StartAsync();
        using var app = new Wire(other.CreateClient(other.TestKey));
        await app.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = "user_1" });
        await AllowedAsync(NewSubject());

        using var http = other.CreateClient();
        var scrape = new Scrape(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        Assert.That(scrape.Sum("licenzy_access_decisions_total"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_waits_for_the_database_is_shown()
    {
        // The line of those who move units is there from the first of them.
        await ConsumeAsync(NewSubject(), 1);
        var lanes = (await ScrapeAsync()).Series.Where(series => series.StartsWith("licenzy_storage_waiting", StringComparison.Ordinal)).ToList();
        string[] expected = Database.Engine == Engine.Postgres
            ? ["""licenzy_storage_waiting{lane="pool"}""", """licenzy_storage_waiting{lane="usage"}"""]
            : ["""licenzy_storage_waiting{lane="readers"}""", """licenzy_storage_waiting{lane="usage"}""", """licenzy_storage_waiting{lane="writer"}"""];
        Assert.That(lanes, Is.EquivalentTo(expected));
    }

    private static double Grown(Scrape before, Scrape after, string series) => after[series] - before[series];

    private static string Series(string format, string part, string more = "") => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, part, more);

    private async Task<Scrape> ScrapeAsync() => new(await TextAsync());

    private async Task<string> TextAsync()
    {
        using var http = Server.CreateClient();
        return await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
    }
}
