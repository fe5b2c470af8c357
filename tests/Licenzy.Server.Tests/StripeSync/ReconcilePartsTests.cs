using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Metrics;
using Licenzy.Server.Tests.Spec;
using Licenzy.Server.Tests.StripeInbound;

namespace Licenzy.Server.Tests.StripeSync;

/// <summary>A shop that is too large for one call is compared part after part.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ReconcilePartsTests(Engine engine) : InboxFixture(engine)
{
    private const string Reconcile = "POST /portal/stripe/reconcile";
    private const int OneCall = 500;

    [Test]
    [Spec(Reconcile, "what is too much for one call goes on at next_cursor, and everything is compared once")]
    [Spec("GET /metrics", "differences are counted, by kind and by whether they were mended")]
    public async Task Every_part_is_compared_once()
    {
        // Ours are the newest, in the middle and the oldest; the others are sold by somebody else at the same account.
        var ours = new List<(string Subject, string Id)>();
        for (var part = 0; part < 3; part++)
        {
            var (subject, session) = await BoughtAsync("PRO");
            ours.Add((subject, Stripe.Sessions.Single(one => one.Id == session).Subscription!));
            Stripe.HoldEvents = true;
            for (var n = 0; part < 2 && n < OneCall / 2; n++)
                await SubscribedElsewhereAsync();
        }

        Clock.Advance(TimeSpan.FromHours(1));
        Stripe.HoldEvents = true;
        foreach (var (_, id) in ours)
            await Stripe.CancelNowAsync(id);
        await Stripe.ReleaseAsync(_ => []);

        var dry = await RunAsync(dryRun: true);
        var mended = await RunAsync(dryRun: false);

        Assert.That(dry.Calls, Is.GreaterThan(1));
        Assert.That(dry.Checked, Is.GreaterThan(OneCall));
        foreach (var (run, isRepaired) in new[] { (dry, false), (mended, true) })
        {
            Assert.That(run.Found.Select(drift => (string)drift["object_id"]!), Is.EquivalentTo(ours.Select(one => one.Id)));
            Assert.That(run.Found.Select(drift => (bool)drift["repaired"]!), Is.All.EqualTo(isRepaired));
        }

        foreach (var (subject, _) in ours)
            Assert.That(await AllowedAsync(subject), Is.False);
        Assert.That((await RunAsync(dryRun: false)).Found, Is.Empty, "mended once");
        using var http = Server.CreateClient();
        var metrics = new Scrape(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        foreach (var repaired in new[] { "true", "false" })
            Assert.That(metrics.Sum("licenzy_stripe_drift_total", "kind=\"subscription_differs\"", $"repaired=\"{repaired}\""), Is.EqualTo(ours.Count));
    }

    private async Task<(List<JsonNode> Found, int Calls, long Checked)> RunAsync(bool dryRun)
    {
        var (found, calls, compared, cursor) = (new List<JsonNode>(), 0, 0L, (string?)null);
        do
        {
            var body = new JsonObject { ["dry_run"] = dryRun };
            if (cursor is not null)
                body["cursor"] = cursor;
            var answer = await Wire.PatientlyAsync(() => Portal.PostAsync("/portal/stripe/reconcile", body));
            Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
            found.AddRange(answer.Json["data"]!.AsArray().Select(one => one!.DeepClone()));
            (calls, compared, cursor) = (calls + 1, compared + (long)answer.Json["checked"]!, (string?)answer.Json["next_cursor"]);
        }
        while (cursor is not null);
        return (found, calls, compared);
    }

    private async Task SubscribedElsewhereAsync()
    {
        using var http = new HttpClient { BaseAddress = Stripe.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Stripe.SecretKey);
        using var content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["mode"] = "subscription", ["success_url"] = "https://shop.example/thanks", ["line_items[0][price]"] = "price_elsewhere", ["line_items[0][quantity]"] = "1",
        });
        Stripe.AddPrice("price_elsewhere", 700, recurring: true);
        using var made = await http.PostAsync(new Uri("/v1/checkout/sessions", UriKind.Relative), content);
        await Stripe.PayAsync((string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!);
    }
}
