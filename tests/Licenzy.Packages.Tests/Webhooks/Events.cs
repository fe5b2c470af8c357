using System.Text;
using System.Text.Json;
using Licenzy.Webhooks;

namespace Licenzy.Packages.Tests.Webhooks;

/// <summary>Bodies of deliveries, read.</summary>
public sealed class Events
{
    private const string Secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private const string Whole = """
        {"id":"evt_1","type":"entitlement.expired","timestamp":"2026-11-30T12:00:00.5Z","added":{"later":[1]},"data":{"sequence":42,"subject_ref":"user_123","workspace_id":"ws_1",
         "mode":"test","product_code":"PASS30","kind":"time_pass","status":"expired","reason":"expired","source":"clock","entitlement_id":"ent_1","attempt_id":"att_1","units":null,
         "usage_remaining":null,"amount_total":1900,"currency":"eur","stripe_checkout_session_id":"cs_1","stripe_payment_intent_id":"pi_1","stripe_subscription_id":null,
         "current_period_end":null,"expires_at":"2026-11-30T12:00:00Z","canceled_at":null,"actor_user_id":null,"metadata":{"order":"7"},"created_at":"2026-10-31T12:00:00Z",
         "updated_at":"2026-11-30T12:00:00Z","license_id":"01J"}}
        """;

    private static byte[] Bytes(string body) => Encoding.UTF8.GetBytes(body);

    [Test]
    public void An_event_is_read_whole_and_what_is_new_in_it_passed_over()
    {
        var read = WebhookEvent.Parse(Bytes(Whole));

        Assert.Multiple(() =>
        {
            Assert.That((read.Id, read.Type), Is.EqualTo(("evt_1", WebhookEventTypes.EntitlementExpired)));
            Assert.That(read.Timestamp, Is.EqualTo(new DateTimeOffset(2026, 11, 30, 12, 0, 0, 500, TimeSpan.Zero)));
            Assert.That((read.Data.Sequence, read.Data.SubjectRef, read.Data.Mode, read.Data.Source), Is.EqualTo((42L, "user_123", "test", "clock")));
            Assert.That((read.Data.ProductCode, read.Data.Kind, read.Data.Status, read.Data.Reason), Is.EqualTo(("PASS30", "time_pass", "expired", "expired")));
            Assert.That((read.Data.AmountTotal, read.Data.Currency, read.Data.Units), Is.EqualTo((1900L, "eur", (long?)null)));
            Assert.That(read.Data.Metadata, Is.EqualTo(new Dictionary<string, string> { ["order"] = "7" }));
            Assert.That(read.Data.ExpiresAt, Is.EqualTo(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero)));
        });
    }

    [Test]
    public void A_type_that_came_later_is_read_like_the_others() =>
        Assert.That(WebhookEvent.Parse(Bytes(Whole.Replace("entitlement.expired", "seat.taken", StringComparison.Ordinal))).Type, Is.EqualTo("seat.taken"));

    [Test]
    public void Members_that_do_not_apply_may_be_left_out()
    {
        var read = WebhookEvent.Parse(Bytes("""{"id":"evt_1","type":"endpoint.test","timestamp":"2026-11-30T12:00:00Z","data":{"workspace_id":"ws_1","mode":"test","source":"portal"}}"""));

        Assert.That((read.Data.SubjectRef, read.Data.Sequence, read.Data.Metadata), Is.EqualTo(((string?)null, (long?)null, (object?)null)));
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("not json")]
    [TestCase("""{"id":null,"type":"endpoint.test","timestamp":"2026-11-30T12:00:00Z","data":{"workspace_id":"ws_1","mode":"test","source":"portal"}}""")]
    [TestCase("""{"id":"evt_1","type":null,"timestamp":"2026-11-30T12:00:00Z","data":{"workspace_id":"ws_1","mode":"test","source":"portal"}}""")]
    [TestCase("""{"id":"evt_1","type":"endpoint.test","timestamp":"2026-11-30T12:00:00Z","data":null}""")]
    [TestCase("""{"id":"evt_1","type":"endpoint.test","timestamp":"2026-11-30T12:00:00Z","data":{"workspace_id":null,"mode":"test","source":"portal"}}""")]
    [TestCase("""{"id":"evt_1","type":"endpoint.test","timestamp":"yesterday","data":{"workspace_id":"ws_1","mode":"test","source":"portal"}}""")]
    [TestCase("""{"id":"evt_1","type":"endpoint.test","timestamp":"2026-11-30T12:00:00Z","data":{"workspace_id":"ws_1","mode":"test","source":"portal","units":"3"}}""")]
    [TestCase("""{"id":"evt_1","type":"endpoint.test","timestamp":"2026-11-30T12:00:00Z","data":{"workspace_id":"ws_1","mode":"test","source":"portal"}} more""")]
    public void What_is_no_event_is_said_to_be_none(string body)
    {
        Assert.That(() => WebhookEvent.Parse(Bytes(body)), Throws.InstanceOf<JsonException>());
        Assert.That(WebhookEvent.TryParse(Bytes(body), out var received), Is.False);
        Assert.That(received, Is.Null);
    }

    [Test]
    public void The_build_for_older_frameworks_reads_the_same() => Assert.Multiple(() =>
    {
        foreach (var build in ContractsBuild.All())
        {
            Assert.That(build.Parse(Bytes(Whole)).ToString(), Does.Contain("Id = evt_1").And.Contain("SubjectRef = user_123"));
            Assert.That(() => build.Parse(Bytes("""{"id":null}""")), Throws.InstanceOf<JsonException>());
        }
    });

    [TestCase("evt_1", "1800000000", "v1,{0}", Whole, null)]
    [TestCase("evt_1", "1800000000", "v1,{0}", "signed, and no event", WebhookRefusal.BodyUnreadable)]
    [TestCase("evt_2", "1800000000", "v1,{0}", Whole, WebhookRefusal.SignatureMismatch)]
    [TestCase("evt_1", "1800000000", "v2,{0}", Whole, WebhookRefusal.SignatureMismatch)]
    [TestCase("evt_1", "1799999699", "v1,{0}", Whole, WebhookRefusal.OutsideTolerance)]
    [TestCase("evt_1", "1800000301", "v1,{0}", Whole, WebhookRefusal.OutsideTolerance)]
    [TestCase("evt_1", "now", "v1,{0}", Whole, WebhookRefusal.HeadersUnusable)]
    [TestCase("evt_1", null, "v1,{0}", Whole, WebhookRefusal.HeadersUnusable)]
    [TestCase(null, "1800000000", "v1,{0}", Whole, WebhookRefusal.HeadersUnusable)]
    [TestCase("evt_1", "1800000000", "", Whole, WebhookRefusal.HeadersUnusable)]
    public void A_reading_is_an_event_or_a_reason(string? id, string? timestamp, string signature, string body, WebhookRefusal? refusal)
    {
        var signed = WebhookSignature.Sign(Secret, "evt_1", Now, Bytes(body))["v1,".Length..];

        var reading = WebhookReading.Of([Secret], id, timestamp, string.Format(null, signature, signed), Bytes(body), Now);

        Assert.That((reading.Refusal, reading.Event?.Id), Is.EqualTo((refusal, refusal is null ? "evt_1" : null)));
    }
}
