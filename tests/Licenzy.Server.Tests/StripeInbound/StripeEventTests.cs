using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>The inbox as operators see it: what came, what became of it, and once more.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class StripeEventTests(Engine engine) : InboxFixture(engine)
{
    private const string List = "GET /portal/stripe/events";
    private const string One = "GET /portal/stripe/events/{id}";
    private const string Replay = "POST /portal/stripe/events/{id}/replay";

    private static readonly string[] Members =
    [
        "id", "type", "status", "note", "object_id", "subject_ref", "created_at", "received_at", "applied_at", "tries", "next_try_at",
    ];

    [Test]
    [Spec(List, "newest first, page by page, with the subject where it is known and never with a payload")]
    public async Task The_list_shows_every_event_once()
    {
        var (subject, session) = await BoughtAsync("PRO");
        var subscription = Stripe.Sessions.Single(one => one.Id == session).Subscription!;

        var all = await AllAsync("/portal/stripe/events?limit=2");

        Assert.That(all.Select(one => (string)one["id"]!), Is.Unique);
        Assert.That(all, Has.Count.EqualTo(await EventsAsync()));
        Assert.That(all.Select(one => (DateTimeOffset)one["created_at"]!), Is.Ordered.Descending);
        Assert.That(all.Select(one => one.AsObject().Select(member => member.Key)), Is.All.EqualTo(Members));
        var mine = all.Where(one => (string?)one["object_id"] == subscription || (string?)one["object_id"] == session).ToList();
        Assert.That(mine, Has.Count.GreaterThanOrEqualTo(3));
        Assert.That(mine.Select(one => ((string?)one["subject_ref"], (string)one["status"]!, one["note"])), Is.All.EqualTo((subject, "applied", (JsonNode?)null)));
        Assert.That(mine.Select(one => one["applied_at"]), Is.All.Not.Null);
    }

    [Test]
    [Spec(List, "status=, type= and mode= choose")]
    public async Task The_list_can_be_narrowed()
    {
        var made = new StripeSample().Event("customer.subscription.updated", Now());
        await DeliverAsync(made);
        await BoughtAsync("PACK1000");

        var unmatched = await AllAsync("/portal/stripe/events?status=unmatched");
        Assert.That(unmatched.Select(one => (string)one["status"]!), Is.All.EqualTo("unmatched"));
        var mine = unmatched.Single(one => (string)one["id"]! == (string)made["id"]!);
        Assert.That((string)mine["note"]!, Does.Contain("subscription"));
        Assert.That((mine["subject_ref"], mine["applied_at"]), Is.EqualTo(((JsonNode?)null, (JsonNode?)null)));
        Assert.That((DateTimeOffset)mine["next_try_at"]!, Is.GreaterThan(Clock.GetUtcNow()));

        var sessions = await AllAsync("/portal/stripe/events?type=checkout.session.completed&status=applied&mode=test");
        Assert.That(sessions.Select(one => (string)one["type"]!), Is.Not.Empty.And.All.EqualTo("checkout.session.completed"));
        Assert.That(await AllAsync("/portal/stripe/events?mode=live"), Is.Empty);
    }

    [TestCase("status=done", "status")]
    [TestCase("status=", "status")]
    [TestCase("status=applied&status=failed", "status")]
    [TestCase("type=", "type")]
    [TestCase("mode=prod", "mode")]
    [TestCase("limit=0", "limit")]
    [TestCase("cursor=bm9uZQ", "cursor")]
    [Spec(List, "what it does not know it refuses by name")]
    public async Task A_wrong_question_is_refused(string query, string field)
    {
        var answer = await Portal.GetAsync($"/portal/stripe/events?{query}");
        Assert.That((answer.Status, answer.Error, string.Join(',', answer.Fields)), Is.EqualTo((400, "invalid_request", field)));
    }

    [Test]
    [Spec(One, "one event has what Stripe sent; another mode's is not found")]
    public async Task One_event_has_its_payload()
    {
        var made = new StripeSample().Event("invoice.paid", Now());
        await DeliverAsync(made);

        var one = await Portal.GetAsync($"/portal/stripe/events/{(string)made["id"]!}");

        Assert.That(one.Status, Is.EqualTo(200), one.Text);
        Assert.That(JsonNode.DeepEquals(one.Json["payload"], made), Is.True);
        Assert.That((await Portal.GetAsync($"/portal/stripe/events/{(string)made["id"]!}?mode=live")).Status, Is.EqualTo(404));
        Assert.That((await Portal.GetAsync("/portal/stripe/events/evt_nobody")).Error, Is.EqualTo("not_found"));
    }

    [TestCase("PRO")]
    [TestCase("PACK1000")]
    [TestCase("PASS30")]
    [Spec(Replay, "an event that took effect does not take it twice; the replay is audited")]
    public async Task Replaying_what_is_applied_changes_nothing(string product)
    {
        var (subject, _) = await BoughtAsync(product);
        var (summary, rows) = ((await SummaryAsync(subject)).ToJsonString(), await Rows.CountsAsync(Server));
        var mine = (await AllAsync("/portal/stripe/events")).Where(one => (string?)one["subject_ref"] == subject).ToList();

        foreach (var one in mine)
        {
            var answer = await ReplayAsync((string)one["id"]!);
            Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
            Assert.That(((string)answer.Json["id"]!, (string?)answer.Json["subject_ref"], answer.Json["payload"]), Is.EqualTo(((string)one["id"]!, subject, (JsonNode?)null)));
            await SettledAsync();
        }

        rows["audit_log"] += mine.Count;
        Assert.That(mine, Is.Not.Empty);
        Assert.That((await SummaryAsync(subject)).ToJsonString(), Is.EqualTo(summary));
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(rows));
    }

    [Test]
    [Spec(Replay, "a failed event takes effect when what hindered it is gone")]
    public async Task Replaying_a_failed_event_applies_it()
    {
        var subject = NewSubject();
        var made = StripeEvents.SubscriptionUpdated(await SubscriptionOfAsync(subject) with { Metadata = new Dictionary<string, string>() }, options: Now());
        await DeliverAsync(made);
        await Rows.ExecuteAsync(Server, "update stripe_events set status = 'failed', next_try_at = null where id = @id", new { id = (string)made["id"]! });
        var before = await ReplayAsync((string)made["id"]!);
        Assert.That(((string)before.Json["status"]!, before.Json["note"] is null), Is.EqualTo(("unmatched", false)));

        await Rows.ExecuteAsync(
            Server, "insert into stripe_links select workspace_id, mode, object_id, @subject, 0 from stripe_events where id = @id", new { subject, id = (string)made["id"]! });
        var again = await ReplayAsync((string)made["id"]!);
        Assert.That(((string)again.Json["status"]!, again.Json["next_try_at"]), Is.EqualTo(("applied", (JsonNode?)null)));
        Assert.That(await AllowedAsync(subject), Is.True);
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from audit_log where action = 'stripe_event.replayed' and target = @id", new { id = (string)made["id"]! }), Is.EqualTo(2));
    }

    [Test]
    [Spec(Replay, "the same Idempotency-Key is one replay")]
    public async Task A_repeat_is_no_second_replay()
    {
        var made = new StripeSample().Event("invoice.paid", Now());
        await DeliverAsync(made);
        var key = Wire.NewKey();

        var first = await ReplayAsync((string)made["id"]!, key);
        var second = await ReplayAsync((string)made["id"]!, key);

        Assert.That((second.Text, second.Header("Idempotency-Replayed")), Is.EqualTo((first.Text, "true")));
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from audit_log where action = 'stripe_event.replayed' and target = @id", new { id = (string)made["id"]! }), Is.EqualTo(1));
    }

    private Task<Answer> ReplayAsync(string id, string? key = null) => Portal.SendAsync(HttpMethod.Post, $"/portal/stripe/events/{id}/replay", (string?)null, key);

    private async Task<IReadOnlyList<JsonNode>> AllAsync(string path)
    {
        var (all, cursor) = (new List<JsonNode>(), (string?)null);
        do
        {
            var page = await Portal.GetAsync(cursor is null ? path : $"{path}{(path.Contains('?') ? '&' : '?')}cursor={cursor}");
            Assert.That(page.Status, Is.EqualTo(200), page.Text);
            all.AddRange(page.Json["data"]!.AsArray()!);
            cursor = (string?)page.Json["next_cursor"];
        }
        while (cursor is not null);
        return all;
    }
}
