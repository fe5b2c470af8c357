using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Server.Tests.StripeInbound;

namespace Licenzy.Server.Tests.StripeSync;

/// <summary>Subscribers of before Licenzy become subjects with rights.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ImportTests(Engine engine) : InboxFixture(engine)
{
    private const string Import = "POST /portal/stripe/import";

    [Test]
    [Spec(Import, "subscriptions at our prices become rights of whom their metadata names; again, nothing changes")]
    public async Task Metadata_says_whose_it_is()
    {
        var subject = NewSubject();
        var id = await SubscribedElsewhereAsync("price_pro", subject);
        var before = await Rows.CountsAsync(Server);

        var dry = await FoundAsync(new JsonObject { ["subject_metadata_key"] = "user_id" }, id);
        Assert.That(((string)dry["outcome"]!, (string)dry["subject_ref"]!, (string)dry["found_by"]!), Is.EqualTo(("importable", subject, "subscription_metadata")));
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before), "a dry run changes nothing");

        var done = await FoundAsync(new JsonObject { ["subject_metadata_key"] = "user_id", ["dry_run"] = false }, id);
        Assert.That((string)done["outcome"]!, Is.EqualTo("imported"));
        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));
        Assert.That((string)(await RightAsync(subject))["product_code"]!, Is.EqualTo("PRO"));

        var after = await Rows.CountsAsync(Server);
        var again = await Portal.PostAsync("/portal/stripe/import", new JsonObject { ["subject_metadata_key"] = "user_id", ["dry_run"] = false });
        Assert.That(((long)again.Json["imported"]!, again.Text.Contains(id)), Is.EqualTo((0L, false)));
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(after));

        Clock.Advance(TimeSpan.FromHours(1));
        await Stripe.CancelNowAsync(id);
        Assert.That(await AllowedAsync(subject), Is.False, "its events find it from now on");
    }

    [Test]
    [Spec(Import, "the customer's metadata names whose it is where the subscription's own does not")]
    public async Task The_customers_metadata_serves_too()
    {
        var (subject, own) = (NewSubject(), NewSubject());
        var customer = Stripe.AddCustomer($"{subject}@example.com", metadata: new Dictionary<string, string> { ["user_id"] = subject }).Id;
        var id = await SubscribedElsewhereAsync("price_pro", null, customer: customer);
        var named = await SubscribedElsewhereAsync("price_pro", own, customer: customer);

        var body = new JsonObject { ["subject_metadata_key"] = "user_id", ["dry_run"] = false };
        var answer = await Portal.PostAsync("/portal/stripe/import", body);

        var found = answer.Json["data"]!.AsArray().ToDictionary(
            one => (string)one!["subscription_id"]!, one => ((string)one!["outcome"]!, (string?)one["subject_ref"], (string?)one["found_by"]));
        Assert.That((found[id], found[named]), Is.EqualTo((("imported", subject, "customer_metadata"), ("imported", own, "subscription_metadata"))), answer.Text);
        Assert.That((await AllowedAsync(subject), await AllowedAsync(own)), Is.EqualTo((true, true)));
    }

    [Test]
    [Spec(Import, "the customer's e-mail address serves where the operator says so; without either, it is reported")]
    public async Task An_address_or_nothing()
    {
        var email = $"{NewSubject()}@example.com";
        var id = await SubscribedElsewhereAsync("price_pro", null, email);

        var nobody = await FoundAsync([], id);
        Assert.That(((string)nobody["outcome"]!, nobody["subject_ref"]), Is.EqualTo(("no_subject", (JsonNode?)null)));
        var done = await FoundAsync(new JsonObject { ["by_email"] = true, ["dry_run"] = false }, id);

        Assert.That(((string)done["outcome"]!, (string)done["found_by"]!), Is.EqualTo(("imported", "email")));
        Assert.That(await AllowedAsync(email), Is.True);
    }

    [Test]
    [Spec(Import, "what is at no price of ours, has ended, or has a right already is left alone")]
    public async Task What_is_not_ours_is_left_alone()
    {
        Stripe.AddPrice("price_of_another_thing", 700, recurring: true);
        var foreign = await SubscribedElsewhereAsync("price_of_another_thing", NewSubject());
        var ended = await SubscribedElsewhereAsync("price_pro", NewSubject());
        await Stripe.CancelNowAsync(ended);
        var (_, session) = await BoughtAsync("PRO");
        var ours = Stripe.Sessions.Single(one => one.Id == session).Subscription!;

        var answer = await Portal.PostAsync("/portal/stripe/import", new JsonObject { ["subject_metadata_key"] = "user_id", ["dry_run"] = false });

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(new[] { foreign, ended, ours }.Where(id => answer.Text.Contains(id)), Is.Empty);
    }

    [Test]
    [Spec(Import, "a dispute of a month of before the import takes nothing from who has paid since")]
    public async Task An_old_months_dispute_takes_nothing()
    {
        Stripe.HoldEvents = true;
        var subject = NewSubject();
        var id = await SubscribedElsewhereAsync("price_pro", subject);
        var state = Stripe.Subscriptions.Single(one => one.Id == id);
        Clock.Advance(TimeSpan.FromDays(3));
        var dispute = await Stripe.DisputeAsync(state.LatestInvoice!);
        Clock.Set(state.PeriodEnd);
        await Stripe.RenewAsync(id);
        await Stripe.ReleaseAsync(_ => []);
        Stripe.HoldEvents = false;
        Clock.Set(Stripe.Now);
        await FoundAsync(new JsonObject { ["subject_metadata_key"] = "user_id", ["dry_run"] = false }, id);
        Assert.That(await AllowedAsync(subject), Is.True);

        Clock.Advance(TimeSpan.FromDays(1));
        await Stripe.LoseDisputeAsync(dispute.Id);
        await SettledAsync();

        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));
    }

    [TestCase("""{"subject_metadata_key":""}""", "subject_metadata_key")]
    [TestCase("""{"subject_metadata_key":"a key that is longer than any key at Stripe may be"}""", "subject_metadata_key")]
    [TestCase("""{"cursor":"MXx8"}""", "cursor")]
    [Spec(Import, "a key or cursor that cannot be: 400 that names it")]
    public async Task What_cannot_be_is_refused(string body, string field)
    {
        var answer = await Portal.SendAsync(HttpMethod.Post, "/portal/stripe/import", body);
        Assert.That((answer.Status, answer.Fields.Single()), Is.EqualTo((400, field)));
    }

    private async Task<JsonNode> FoundAsync(JsonObject body, string id)
    {
        var answer = await Portal.PostAsync("/portal/stripe/import", body);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json["data"]!.AsArray().Single(one => (string)one!["subscription_id"]! == id)!;
    }

    // A checkout that another program made, at the same Stripe account.
    private async Task<string> SubscribedElsewhereAsync(string price, string? subject, string? email = null, string? customer = null)
    {
        using var http = new HttpClient { BaseAddress = Stripe.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Stripe.SecretKey);
        var form = new Dictionary<string, string>
        {
            ["mode"] = "subscription", ["success_url"] = "https://shop.example/thanks", ["line_items[0][price]"] = price, ["line_items[0][quantity]"] = "1",
        };
        if (subject is not null)
            form["subscription_data[metadata][user_id]"] = subject;
        if (customer is not null)
            form["customer"] = customer;
        using var content = new FormUrlEncodedContent(form);
        using var made = await http.PostAsync(new Uri("/v1/checkout/sessions", UriKind.Relative), content);
        var session = JsonNode.Parse(await made.Content.ReadAsStringAsync())!;
        Assert.That((int)made.StatusCode, Is.EqualTo(200), session.ToJsonString());
        return (await Stripe.PayAsync((string)session["id"]!, email)).Subscription!;
    }
}
