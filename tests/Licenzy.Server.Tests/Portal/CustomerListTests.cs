using System.Text.Json.Nodes;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Portal;

/// <summary>Customers found: by the beginning of their id, and by whatever an operator has at hand.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class CustomerListTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "GET /portal/customers";

    [Test]
    [Spec(Route, "newest first; pages repeat and leave out nobody, though customers change meanwhile")]
    public async Task Pages_stand_still_while_customers_change()
    {
        var subjects = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            subjects.Add($"paged.{i % 3}.{i}");
            await GrantAsync(subjects[^1], "PACK1000");
            // Twos of one instant, so that the subject has to decide.
            Clock.Advance(TimeSpan.FromSeconds(i % 2));
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await ListAsync($"?query=paged.&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(Subjects(page));
            cursor = (string?)page["next_cursor"];
            await ConsumeAsync(subjects[0], 1);
            await ConsumeAsync(subjects[^1], 1);
        }
        while (cursor is not null);

        Assert.That(seen, Is.EqualTo(new[] { "paged.0.6", "paged.2.5", "paged.1.4", "paged.2.2", "paged.0.3", "paged.1.1", "paged.0.0" }));
    }

    [Test]
    [Spec(Route, "each with what the access check says, and why")]
    public async Task A_row_says_whether_and_why()
    {
        await GrantAsync("row.allowed", "PRO");
        await GrantAsync("row.denied", "PASS30", new JsonObject { ["expires_at"] = Wire.Time(Clock.GetUtcNow().AddDays(1)) });
        await CheckoutAsync("row.trying", "PRO");
        Clock.Advance(TimeSpan.FromDays(2));

        var rows = (await ListAsync("?query=row."))["data"]!.AsArray().ToDictionary(row => (string)row!["subject_ref"]!, row => row!);

        Assert.That(rows.ToDictionary(row => row.Key, row => ((bool)row.Value["has_access"]!, (string)row.Value["status"]!, (string)row.Value["reason"]!)), Is.EqualTo(new Dictionary<string, (bool, string, string)>
        {
            ["row.allowed"] = (true, "active", "subscription_active"), ["row.denied"] = (false, "expired", "time_pass_expired"), ["row.trying"] = (false, "none", "no_entitlement"),
        }));
        Assert.That(rows["row.allowed"].AsObject().Select(member => member.Key), Is.EqualTo(new[]
        {
            "subject_ref", "has_access", "status", "reason", "version", "stripe_customer_id", "created_at", "updated_at",
        }));
    }

    [TestCase("Case", "Case.1")]
    [TestCase("Case%", "Case%2")]
    [TestCase("Case_", "Case_3")]
    [TestCase("Case%252", "")]
    [TestCase("case", "")]
    [TestCase("ase", "")]
    [TestCase("Casé", "Casé")]
    [TestCase("Case😀", "Case😀.4")]
    [Spec(Route, "query is the beginning of the subject, compared ordinally: no letter stands for another")]
    public async Task The_beginning_counts_letter_by_letter(string query, string found)
    {
        foreach (var subject in new[] { "Case.1", "Case%2", "Case_3", "Casé", "Case😀.4" })
        {
            if ((await Portal.GetAsync($"/portal/customers?subject_ref={Uri.EscapeDataString(subject)}")).Status == 404)
                await GrantAsync(subject, "PRO");
        }

        var subjects = Subjects(await ListAsync($"?query={Uri.EscapeDataString(query)}"));

        Assert.That(subjects, query == "Case" ? Is.EquivalentTo(new[] { "Case.1", "Case%2", "Case_3", "Case😀.4" }) : Is.EqualTo(found.Length == 0 ? [] : new[] { found }));
    }

    [Test]
    [Spec(Route, "query is also a whole id of a Stripe customer, subscription, session or payment, or of an attempt")]
    public async Task A_customer_is_found_by_what_stands_on_a_receipt()
    {
        var (subscriber, buyer) = (NewSubject(), NewSubject());
        var (subscription, purchase) = (await CheckoutAsync(subscriber, "PRO"), await CheckoutAsync(buyer, "PASS30"));
        await Stripe.PayAsync(subscription.Url);
        var session = await Stripe.PayAsync(purchase.Url);
        var held = (await Portal.GetAsync($"/portal/customers/{subscriber}")).Json;
        var right = held["entitlements"]!["data"]![0]!;

        foreach (var (id, subject) in new[]
        {
            ((string)held["stripe_customer_id"]!, subscriber), ((string)right["stripe_subscription_id"]!, subscriber), (subscription.AttemptId, subscriber),
            (session.Id, buyer), ((string)(await Portal.GetAsync($"/portal/customers/{buyer}")).Json["entitlements"]!["data"]![0]!["stripe_payment_intent_id"]!, buyer),
        })
        {
            Assert.That(Subjects(await ListAsync($"?query={id}")), Is.EqualTo(new[] { subject }), id);
            Assert.That(Subjects(await ListAsync($"?query={id[..^1]}")), Is.Empty, "a part of an id finds nothing");
            Assert.That(Subjects(await ListAsync($"?query={id}&mode=live")), Is.Empty, "the other mode");
        }
    }

    [Test]
    [Spec(Route, "another workspace's and the other mode's customers are not in it")]
    public async Task Nobody_elses_customers_are_shown()
    {
        using var other = await OtherWorkspace.MakeAsync(Server);
        await GrantAsync("mine.1", "PRO");

        Assert.That(Subjects((await other.Portal.GetAsync("/portal/customers")).Json), Is.Empty);
        Assert.That(Subjects(await ListAsync("?mode=live")), Is.Empty);
        Assert.That(Subjects(await ListAsync("?query=&limit=100")), Does.Contain("mine.1"), "every subject begins with nothing");
    }

    [TestCase("query=%00", "query")]
    [TestCase("query=a&query=b", "query")]
    [TestCase("limit=0", "limit")]
    [TestCase("limit=101", "limit")]
    [TestCase("cursor=", "cursor")]
    [TestCase("cursor=nonsense", "cursor")]
    [TestCase("cursor=MS4", "cursor")]
    [TestCase("cursor=LTEuYQ", "cursor")]
    [TestCase("mode=prod", "mode")]
    [TestCase("subject_ref=", "subject_ref")]
    [TestCase("subject_ref=a&subject_ref=b", "subject_ref")]
    [Spec(Route, "400 on what cannot be meant")]
    public async Task What_cannot_be_meant_is_refused_by_name(string query, string field)
    {
        var answer = await Portal.GetAsync($"/portal/customers?{query}");
        Assert.That((answer.Status, string.Join(",", answer.Fields)), Is.EqualTo((400, field)), answer.Text);
    }

    [Test]
    public async Task A_query_of_255_characters_is_a_right_one() =>
        Assert.That(Subjects(await ListAsync($"?query={new string('x', 255)}")), Is.Empty);

    [Test]
    public async Task A_subject_as_long_as_they_get_can_be_paged_past()
    {
        var longest = string.Concat(Enumerable.Repeat("漢", 255));
        await GrantAsync(longest, "PRO");
        await GrantAsync(longest[..254], "PRO");

        var page = await ListAsync($"?query={Uri.EscapeDataString("漢")}&limit=1");
        var next = await ListAsync($"?query={Uri.EscapeDataString("漢")}&limit=1&cursor={(string)page["next_cursor"]!}");

        Assert.That(Subjects(page).Concat(Subjects(next)), Is.EquivalentTo(new[] { longest, longest[..254] }));
        Assert.That(next["next_cursor"], Is.Null);
    }

    [Test]
    public async Task Attempts_made_before_customers_were_listed_make_their_subjects_known()
    {
        await CheckoutAsync("older.1", "PRO");
        var upgrade = Migrations.All.Single(migration => migration.Name == "0004_customers");
        var backfill = upgrade.Script[upgrade.Script.IndexOf("insert into subjects", StringComparison.Ordinal)..].TrimEnd().TrimEnd(';');
        await Server.Services.GetRequiredService<Db>().WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("delete from subjects where subject_ref = 'older.1'");
                await session.ExecuteAsync(backfill);
            },
            CancellationToken.None);

        Assert.That(Subjects(await ListAsync("?query=older.")), Is.EqualTo(new[] { "older.1" }));
    }

    private async Task<JsonNode> ListAsync(string query)
    {
        var answer = await Portal.GetAsync($"/portal/customers{query}");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json;
    }

    private static string[] Subjects(JsonNode page) => [.. page["data"]!.AsArray().Select(row => (string)row!["subject_ref"]!)];
}
