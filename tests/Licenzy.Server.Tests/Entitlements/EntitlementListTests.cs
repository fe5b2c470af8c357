using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Entitlements;

/// <summary>Everything a subject holds and ever held.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class EntitlementListTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "GET /v1/entitlements/{subject_ref}";
    private const string QueryRoute = "GET /v1/entitlements";

    [Test]
    [Spec(Route, "an unknown subject is 200 with no entitlements")]
    [Spec(QueryRoute, "an unknown subject is 200 with no entitlements")]
    public async Task An_unknown_subject_has_none([Values("/", "?subject_ref=")] string form)
    {
        var answer = await Runtime.GetAsync($"/v1/entitlements{form}nobody");

        Assert.That((answer.Status, answer.Text), Is.EqualTo((200, """{"subject_ref":"nobody","entitlements":[],"next_cursor":null}""")));
        Assert.That(answer.Header("Licenzy-Subject-Version"), Is.EqualTo("0"));
    }

    [Test]
    [Spec(Route, "every entitlement, ended ones too, newest first, each as the access summary shows it and more")]
    public async Task Every_right_is_there_newest_first()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");
        Clock.Advance(TimeSpan.FromDays(31));
        await GrantAsync(subject, "PACK1000");
        await Stripe.PayAsync((await CheckoutAsync(subject, "PROPLUS", quantity: 2)).Url);
        await ConsumeAsync(subject, 1);

        var (answer, summary) = (await Runtime.GetAsync($"/v1/entitlements/{subject}"), await SummaryAsync(subject));
        var rights = answer.Json["entitlements"]!.AsArray();

        Assert.That(rights.Select(right => (string)right!["product_code"]!), Is.EqualTo(new[] { "PROPLUS", "PACK1000", "PASS30" }));
        Assert.That(rights.Select(right => (string)right!["status"]!), Is.EqualTo(new[] { "active", "active", "expired" }));
        Assert.That(answer.Header("Licenzy-Subject-Version"), Is.EqualTo(summary["version"]!.ToString()));
        foreach (var shown in summary["entitlements"]!.AsArray())
        {
            var right = rights.Single(right => (string)right!["id"]! == (string)shown!["id"]!)!;
            foreach (var (name, value) in shown!.AsObject())
                Assert.That(JsonNode.DeepEquals(right[name], value), $"{name} of {shown["product_code"]}");
        }
    }

    [Test]
    [Spec(Route, "units_granted, quantity, source, status_cause, Stripe's ids, created_at and updated_at stand beside the summary's members")]
    public async Task A_purchase_names_what_it_came_from()
    {
        var subject = NewSubject();
        var bought = Clock.GetUtcNow();
        var session = await Stripe.PayAsync((await CheckoutAsync(subject, "PACK1000", quantity: 3)).Url);
        Clock.Advance(TimeSpan.FromMinutes(5));
        await ConsumeAsync(subject, 100);

        var right = (await RightsAsync(subject)).Single()!;

        Assert.That(((long)right["units_granted"]!, (long)right["usage_remaining"]!, (long)right["quantity"]!), Is.EqualTo((3000L, 2900L, 3L)));
        Assert.That(((string)right["source"]!, (string?)right["status_cause"]), Is.EqualTo(("stripe", (string?)null)));
        Assert.That((string)right["stripe_checkout_session_id"]!, Is.EqualTo(session.Id));
        Assert.That((string)right["stripe_payment_intent_id"]!, Is.EqualTo(session.PaymentIntent));
        Assert.That(right["stripe_subscription_id"], Is.Null);
        Assert.That((string)right["created_at"]!, Is.EqualTo(Wire.Time(bought)));
        Assert.That((string)right["updated_at"]!, Is.EqualTo(Wire.Time(bought.AddMinutes(5))));
    }

    [Test]
    public async Task A_right_given_by_hand_names_no_payment()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");

        var right = (await RightsAsync(subject)).Single()!;

        Assert.That((string)right["source"]!, Is.EqualTo("portal"));
        Assert.That(right.AsObject().Where(member => member.Key.StartsWith("stripe_", StringComparison.Ordinal)).Select(member => member.Value), Is.All.Null.And.Exactly(3).Items);
    }

    [Test]
    [Spec(Route, "the other mode and another workspace hold nothing of it")]
    public async Task Another_mode_and_another_workspace_see_nothing()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");
        using var other = await OtherWorkspace.MakeAsync(Server);
        using var theirs = await other.AppAsync();
        var nobody = (await Runtime.GetAsync("/v1/entitlements/nobody")).Text.Replace("nobody", subject, StringComparison.Ordinal);

        Assert.That((await Live.GetAsync($"/v1/entitlements/{subject}")).Text, Is.EqualTo(nobody));
        Assert.That((await theirs.GetAsync($"/v1/entitlements/{subject}")).Text, Is.EqualTo(nobody));
    }

    [Test]
    [Spec(QueryRoute, "without a subject, or with two, it is refused")]
    public async Task The_query_form_needs_one_subject([Values("", "?", "?subject_ref=", "?subject_ref=a&subject_ref=b", "?subject=a")] string query)
    {
        var answer = await Runtime.GetAsync($"/v1/entitlements{query}");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { "subject_ref" }));
    }

    private async Task<JsonArray> RightsAsync(string subject)
    {
        var answer = await Runtime.GetAsync($"/v1/entitlements/{subject}");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json["entitlements"]!.AsArray();
    }
}
