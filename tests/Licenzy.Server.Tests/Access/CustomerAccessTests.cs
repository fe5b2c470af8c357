using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Access;

/// <summary>The decision with the rights behind it.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class CustomerAccessTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "GET /v1/customer/access/{subject_ref}";
    private const string QueryRoute = "GET /v1/customer/access";

    private static readonly string[] Members = ["subject_ref", "has_access", "status", "version", "decided_at", "next_change_at", "entitlements"];

    private static readonly string[] RightMembers =
    [
        "id", "product_code", "kind", "status", "available", "availability_reason", "usage_remaining", "starts_at", "expires_at", "current_period_end",
        "cancel_at_period_end", "grace_period_ends_at", "features",
    ];

    [Test]
    [Spec(Route, "an unknown subject is 200 with has_access false, status none and no entitlements")]
    [Spec(QueryRoute, "an unknown subject is 200 with has_access false, status none and no entitlements")]
    public async Task An_unknown_subject_has_nothing([Values("/", "?subject_ref=")] string form)
    {
        var answer = await Runtime.GetAsync($"/v1/customer/access{form}nobody");

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(answer.Json.AsObject().Select(member => member.Key), Is.EqualTo(Members));
        Assert.That((string)answer.Json["subject_ref"]!, Is.EqualTo("nobody"));
        Assert.That((bool)answer.Json["has_access"]!, Is.False);
        Assert.That((string)answer.Json["status"]!, Is.EqualTo("none"));
        Assert.That((long)answer.Json["version"]!, Is.Zero);
        Assert.That(answer.Json["next_change_at"], Is.Null);
        Assert.That(answer.Json["entitlements"]!.AsArray(), Is.Empty);
    }

    [Test]
    [Spec(Route, "every entitlement has the contract's members; usage_remaining is null where a right has no units")]
    public async Task A_right_has_all_members()
    {
        var subject = NewSubject();
        var now = Clock.GetUtcNow();
        await GrantAsync(subject, "PASS30");

        var summary = await SummaryAsync(subject);
        var right = summary["entitlements"]!.AsArray().Single()!.AsObject();

        Assert.That(right.Select(member => member.Key), Is.EqualTo(RightMembers));
        Assert.That((string)right["id"]!, Does.Match("^ent_[0-9A-HJKMNP-TV-Z]{26}$"));
        Assert.That(right["usage_remaining"], Is.Null);
        Assert.That((string)right["starts_at"]!, Is.EqualTo(Wire.Time(now)));
        Assert.That((string)right["expires_at"]!, Is.EqualTo(Wire.Time(now.AddDays(30))));
        Assert.That((string)summary["next_change_at"]!, Is.EqualTo((string)right["expires_at"]!));
    }

    [Test]
    [Spec(Route, "has_access equals access/check's allowed, always")]
    public async Task Summary_and_check_agree_at_every_step()
    {
        var subject = NewSubject();
        await AgreeAsync(subject, false);
        await GrantAsync(subject, "PACK1000", new JsonObject { ["units"] = 2 });
        await AgreeAsync(subject, true);
        await ConsumeAsync(subject, 2);
        await AgreeAsync(subject, false);
        await GrantAsync(subject, "PASS30");
        await AgreeAsync(subject, true);
        Clock.Advance(TimeSpan.FromDays(30));
        await AgreeAsync(subject, false);
    }

    [Test]
    [Spec(Route, "status is the status of the best entitlement: available before not, then active before expired")]
    public async Task The_best_right_comes_first()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30", new JsonObject { ["expires_at"] = Wire.Time(Clock.GetUtcNow().AddDays(1)) });
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.That((string)(await SummaryAsync(subject))["status"]!, Is.EqualTo("expired"));
        await GrantAsync(subject, "PACK1000");

        var summary = await SummaryAsync(subject);

        Assert.That((string)summary["status"]!, Is.EqualTo("active"));
        Assert.That(summary["entitlements"]!.AsArray().Select(right => (string)right!["product_code"]!), Is.EqualTo(new[] { "PACK1000", "PASS30" }));
        Assert.That((string)summary["entitlements"]![1]!["availability_reason"]!, Is.EqualTo("time_pass_expired"));
    }

    [Test]
    [Spec(QueryRoute, "without a subject, or with two, it is refused")]
    public async Task The_query_form_needs_one_subject([Values("", "?", "?subject_ref=", "?subject_ref=a&subject_ref=b", "?subject=a")] string query)
    {
        var answer = await Runtime.GetAsync($"/v1/customer/access{query}");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { "subject_ref" }));
    }

    private async Task AgreeAsync(string subject, bool allowed)
    {
        var summary = await SummaryAsync(subject);
        Assert.That((bool)summary["has_access"]!, Is.EqualTo(allowed), summary.ToJsonString());
        Assert.That(await AllowedAsync(subject), Is.EqualTo(allowed));
    }
}
