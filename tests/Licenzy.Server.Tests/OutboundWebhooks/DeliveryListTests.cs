using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>Deliveries as they are listed and shown.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class DeliveryListTests(Engine engine) : OutboundFixture(engine)
{
    private const string List = "/v1/webhooks/outbound";
    private const string ListForOperators = "/portal/webhooks/outbound";

    private static readonly string[] Members =
        ["id", "event_id", "type", "status", "attempts", "last_http_status", "last_error", "next_attempt_at", "created_at", "sent_at", "resend_of"];

    [Test]
    [Spec("GET " + List, "deliveries, newest first, page by page, without what they send")]
    [Spec("GET " + ListForOperators, "deliveries, newest first, page by page, without what they send")]
    public async Task Deliveries_are_listed_newest_first([Values("/v1", "/portal")] string door)
    {
        var tenant = await TenantAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Insert(0, await tenant.HaveAsync(i % 2 == 0 ? "sent" : "failed"));

        Assert.That(await tenant.ListedAsync("", door), Is.EqualTo(ids));
        var first = await tenant.CallAsync("GET", "/outbound?limit=3", door: door);
        var second = await tenant.CallAsync("GET", $"/outbound?limit=3&cursor={first.Json["next_cursor"]}", door: door);
        Assert.That(Ids(first).Concat(Ids(second)), Is.EqualTo(ids));
        Assert.That(second.Json["next_cursor"], Is.Null);
        Assert.That(first.Json["data"]!.AsArray().Select(one => string.Join(",", one!.AsObject().Select(member => member.Key))), Is.All.EqualTo(string.Join(",", Members)));
    }

    [Test]
    [Spec("GET " + List, "by status, type, subject_ref, since (then or later) and until (before), and by several at once")]
    [Spec("GET " + ListForOperators, "by status, type, subject_ref, since (then or later) and until (before), and by several at once")]
    public async Task A_list_takes_what_is_asked_for([Values("/v1", "/portal")] string door)
    {
        var tenant = await TenantAsync();
        DeliveryShape At(DeliveryShape shape, int minutes) => shape with { At = Start.AddMinutes(minutes) };
        var dead = await tenant.HaveAsync("dead", with: shape => At(shape, 0));
        var other = await tenant.HaveAsync("dead", "usage.consumed", "a b&c/ü", shape => At(shape, 1));
        var late = await tenant.HaveAsync("sent", "usage.consumed", null, shape => At(shape, 2));

        foreach (var (query, expected) in new (string, string[])[]
        {
            ("status=dead", [other, dead]), ("status=pending", []), ("type=usage.consumed", [late, other]), ("type=license.issued", []),
            ("subject_ref=a%20b%26c%2F%C3%BC", [other]), ("subject_ref=a+b%26c%2F%C3%BC", [other]), ("subject_ref=nobody", []),
            ($"since={Wire.Time(Start.AddMinutes(1))}", [late, other]), ($"until={Wire.Time(Start.AddMinutes(1))}", [dead]),
            ("since=2026-08-01T12:01:00.001Z", [late]), ($"since={Wire.Time(Start.AddMinutes(2))}&until={Wire.Time(Start)}", []),
            ($"status=dead&type=usage.consumed&subject_ref=a%20b%26c%2F%C3%BC&since={Wire.Time(Start)}&until={Wire.Time(Start.AddMinutes(5))}&limit=1", [other]),
            ("status=dead&limit=1", [other]), ("unknown=1", [late, other, dead]),
        })
            Assert.That(await tenant.ListedAsync(query, door), Is.EqualTo(expected), query);
    }

    [TestCase("status=Dead", "status")]
    [TestCase("status=", "status")]
    [TestCase("status=dead&status=sent", "status")]
    [TestCase("type=entitlement", "type")]
    [TestCase("type=usage.consumed&type=usage.consumed", "type")]
    [TestCase("subject_ref=", "subject_ref")]
    [TestCase("subject_ref=%00", "subject_ref")]
    [TestCase("subject_ref=a&subject_ref=b", "subject_ref")]
    [TestCase("since=yesterday", "since")]
    [TestCase("since=2026-08-01T12:00:00", "since")]
    [TestCase("since=2026-08-01T12:00:00%2B00:00", "since")]
    [TestCase("since=2026-08-01", "since")]
    [TestCase("until=1785585600", "until")]
    [TestCase("until=", "until")]
    [TestCase("limit=0", "limit")]
    [TestCase("cursor=*", "cursor")]
    [Spec("GET " + List, "400 that names the parameter that is none of those")]
    [Spec("GET " + ListForOperators, "400 that names the parameter that is none of those")]
    public async Task What_cannot_be_asked_is_refused(string query, string field)
    {
        var tenant = await TenantAsync(withEndpoint: false);
        foreach (var door in new[] { "/v1", "/portal" })
        {
            var answer = await tenant.CallAsync("GET", $"/outbound?{query}", door: door);
            Assert.That((answer.Status, answer.Fields.Single()), Is.EqualTo((400, field)), answer.Text);
        }
    }

    [Test]
    [Spec("GET " + List + "/{id}", "the delivery with the payload that is sent and each try: at, http_status, error, duration_ms")]
    [Spec("GET " + ListForOperators + "/{id}", "the delivery with the payload that is sent and each try: at, http_status, error, duration_ms")]
    public async Task One_delivery_is_shown_with_all_of_it([Values("/v1", "/portal")] string door)
    {
        var tenant = await TenantAsync();
        var id = await tenant.HaveAsync("failed");
        await Rows.ExecuteAsync(
            Server, "insert into delivery_attempts (workspace_id, mode, delivery_id, number, at) values (@workspace, 'test', @id, 2, @at)", new { workspace = tenant.Id, id, at = Start.AddMinutes(5).ToUnixTimeMilliseconds() });

        var shown = await tenant.CallAsync("GET", $"/outbound/{id}", door: door);

        Assert.That(shown.Json.AsObject().Select(member => member.Key), Is.EqualTo(Members.Concat(["payload", "attempt_log"])));
        Assert.That(((string)shown.Json["payload"]!["id"]!, (string)shown.Json["payload"]!["type"]!), Is.EqualTo(((string)shown.Json["event_id"]!, "entitlement.updated")));
        Assert.That(shown.Json["attempt_log"]!.ToJsonString(), Is.EqualTo(
            $$"""[{"at":"{{Wire.Time(Start)}}","http_status":500,"error":"HTTP 500","duration_ms":12},{"at":"{{Wire.Time(Start.AddMinutes(5))}}","http_status":null,"error":null,"duration_ms":null}]"""));
    }

    [Test]
    [Spec("GET " + List + "/{id}", "another workspace's id is answered like an unknown one")]
    [Spec("POST " + List + "/{id}/requeue", "another workspace's id is answered like an unknown one")]
    [Spec("POST " + List + "/{id}/resend", "another workspace's id is answered like an unknown one")]
    public async Task A_foreign_delivery_is_answered_like_an_unknown_one()
    {
        var (theirs, ours) = (await TenantAsync(), await TenantAsync());
        var id = await theirs.HaveAsync("dead");
        foreach (var (method, rest) in new[] { ("GET", ""), ("POST", "/requeue"), ("POST", "/resend") })
        {
            var foreign = await ours.CallAsync(method, $"/outbound/{id}{rest}");
            var nobodys = await ours.CallAsync(method, $"/outbound/{Unknown}{rest}");
            Assert.That((foreign.Status, foreign.Error), Is.EqualTo((404, "not_found")), foreign.Text);
            Assert.That(Masked(foreign), Is.EqualTo(Masked(nobodys)));
        }

        Assert.That(await ours.ListedAsync(""), Is.Empty);
        Assert.That((string)(await theirs.ShownAsync(id))["status"]!, Is.EqualTo("dead"));
        Assert.That(await theirs.ListedAsync(""), Has.Length.EqualTo(1));
    }

    private static string[] Ids(Answer page) => [.. page.Json["data"]!.AsArray().Select(one => (string)one!["id"]!)];

    private static string Masked(Answer answer) => answer.Text.Replace((string)answer.Json["request_id"]!, "", StringComparison.Ordinal);
}
