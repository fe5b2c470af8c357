using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Entitlements;

/// <summary>Rights by their status at the instant of the question, page by page.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class EntitlementFilterTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "GET /v1/entitlements/{subject_ref}";

    private static readonly string[] Words = ["active", "trialing", "past_due", "paused", "canceled", "expired", "suspended", "revoked"];

    [Test]
    [Spec(Route, "?status= is the status at this instant: a pass whose time is over is expired, though nobody told")]
    public async Task A_status_is_that_of_the_instant()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");
        await GrantAsync(subject, "PACK1000");
        var before = (await CodesAsync(subject, "?status=active"), await CodesAsync(subject, "?status=expired"));
        Clock.Advance(TimeSpan.FromDays(30));
        var after = (await CodesAsync(subject, "?status=active"), await CodesAsync(subject, "?status=expired"));

        Assert.That(before, Is.EqualTo((new[] { "PACK1000", "PASS30" }, Array.Empty<string>())));
        Assert.That(after, Is.EqualTo((new[] { "PACK1000" }, new[] { "PASS30" })));
    }

    [Test]
    [Spec(Route, "every status is a filter, and together they list what no filter lists")]
    public async Task Every_status_finds_its_own()
    {
        var subject = NewSubject();
        var blocks = Enum.GetValues<PaymentBlockCause>().Select(cause => new PaymentBlock(cause, Clock.GetUtcNow())).Prepend(null);
        await FillAsync(subject, [.. from status in Enum.GetValues<EntitlementStatus>() from over in new[] { false, true } from block in blocks select (status, over, block)]);

        var found = new List<string>();
        foreach (var word in Words)
        {
            var rights = (await Runtime.GetAsync($"/v1/entitlements/{subject}?status={word}&limit=100")).Json["entitlements"]!.AsArray();
            Assert.That(rights.Select(right => (string)right!["status"]!), Is.All.EqualTo(word).And.Not.Empty);
            found.AddRange(rights.Select(right => (string)right!["id"]!));
        }

        Assert.That(found, Is.Unique.And.EquivalentTo(await AllAsync(subject, "")));
    }

    [TestCase("")]
    [TestCase("none")]
    [TestCase("Active")]
    [TestCase("past-due")]
    [TestCase("0")]
    [TestCase("active,expired")]
    [TestCase("active&status=active")]
    [Spec(Route, "a status that is none is refused by its name")]
    [Spec("GET /v1/entitlements", "a status that is none is refused by its name")]
    public async Task A_status_that_is_none_is_refused(string status)
    {
        foreach (var path in new[] { "/v1/entitlements/user_1?", "/v1/entitlements?subject_ref=user_1&" })
        {
            var answer = await Runtime.GetAsync($"{path}status={status}");

            Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")), answer.Text);
            Assert.That(answer.Fields, Is.EqualTo(new[] { "status" }));
        }
    }

    [Test]
    [Spec(Route, "limit and cursor page through, each right once")]
    public async Task Pages_hold_every_right_once([Values("", "&status=active", "&status=expired", "&status=revoked")] string filter, [Values(1, 7, 100)] int limit)
    {
        var subject = NewSubject();
        // More than the server reads at once, so that a page is gathered from several batches; few of them are active.
        await FillAsync(subject, Enumerable.Range(0, 450).Select(n => (n == 449 ? EntitlementStatus.Revoked : EntitlementStatus.Active, n % 100 != 0)));
        var expected = filter switch { "" => 450, "&status=active" => 5, "&status=expired" => 444, _ => 1 };

        var ids = await AllAsync(subject, filter, limit == 1 && expected > 100 ? 50 : limit);

        Assert.That(ids, Has.Count.EqualTo(expected).And.Unique.And.Ordered.Descending);
    }

    [TestCase(199)]
    [TestCase(200)]
    [TestCase(201)]
    [TestCase(400)]
    public async Task What_lies_behind_a_whole_batch_is_found(int lapsed)
    {
        var subject = NewSubject();
        await FillAsync(subject, Enumerable.Repeat((EntitlementStatus.Active, true), lapsed).Prepend((EntitlementStatus.Active, false)));

        var answer = (await Runtime.GetAsync($"/v1/entitlements/{subject}?status=active&limit=1")).Json;

        Assert.That(answer["entitlements"]!.AsArray(), Has.Count.EqualTo(1));
        Assert.That(answer["next_cursor"], Is.Null, "there is no other");
    }

    [TestCase("limit=0", "limit")]
    [TestCase("limit=101", "limit")]
    [TestCase("limit=x", "limit")]
    [TestCase("limit=5&limit=5", "limit")]
    [TestCase("cursor=", "cursor")]
    [TestCase("cursor=*", "cursor")]
    [TestCase("cursor=JyBvciAxPTE", "cursor")]
    [TestCase("cursor=YQ&cursor=YQ", "cursor")]
    [Spec(Route, "limit is 1 to 100, cursor a next_cursor, each once")]
    [Spec("GET /v1/products", "limit is 1 to 100, cursor a next_cursor, each once")]
    public async Task Parameters_that_are_none_are_refused(string query, string field)
    {
        foreach (var path in new[] { "/v1/entitlements/user_1", "/v1/products" })
        {
            var answer = await Runtime.GetAsync($"{path}?{query}");
            Assert.That((answer.Status, answer.Error, answer.Fields.Single()), Is.EqualTo((400, "invalid_request", field)), answer.Text);
        }
    }

    [Test]
    [Spec(Route, "a right whose payment was taken back is found by what it is now, not by what it was")]
    public async Task A_blocked_right_is_found_by_the_status_it_shows()
    {
        var subject = NewSubject();
        var now = Clock.GetUtcNow();
        await FillAsync(
            subject,
            [(EntitlementStatus.Active, false, new PaymentBlock(PaymentBlockCause.Refund, now)), (EntitlementStatus.Active, false, new PaymentBlock(PaymentBlockCause.Dispute, now))]);

        Assert.That(await AllAsync(subject, "&status=canceled"), Is.EqualTo(new[] { "ent_00000" }));
        Assert.That(await AllAsync(subject, "&status=suspended"), Is.EqualTo(new[] { "ent_00001" }));
        Assert.That(await CodesAsync(subject, "?status=active"), Is.Empty);
    }

    private Task FillAsync(string subject, IEnumerable<(EntitlementStatus Status, bool Over)> rights) =>
        FillAsync(subject, [.. rights.Select(right => (right.Status, right.Over, (PaymentBlock?)null))]);

    // In one transaction: hundreds of grants over HTTP would be hundreds of flushes.
    private Task FillAsync(string subject, IReadOnlyList<(EntitlementStatus Status, bool Over, PaymentBlock? Block)> rights) =>
        Server.Services.GetRequiredService<Db>().WriteAsync(
            async session =>
            {
                var (now, number) = (Clock.GetUtcNow(), 0);
                var workspace = (await session.FindAsync<string>("select workspace_id from products where product_code = 'PRO'"))!;
                var scope = new Scope(workspace, Mode.Test);
                await EntitlementStore.LockAsync(session, scope, subject, now);
                foreach (var (status, over, block) in rights)
                {
                    var right = new Entitlement
                    {
                        Id = $"ent_{number++:00000}", ProductCode = "PASS30", Kind = EntitlementKind.TimePass, Status = status, Source = EntitlementSource.Portal,
                        StartsAt = now.AddDays(-2), ExpiresAt = now.AddDays(over ? -1 : 1), CreatedAt = now.AddDays(-2), Block = block,
                    };
                    EntitlementStore.Save(session, right.ToRow(scope, subject, now));
                }
            },
            CancellationToken.None);

    private async Task<string[]> CodesAsync(string subject, string query) =>
        [.. (await Runtime.GetAsync($"/v1/entitlements/{subject}{query}")).Json["entitlements"]!.AsArray().Select(right => (string)right!["product_code"]!)];

    private async Task<List<string>> AllAsync(string subject, string filter, int limit = 100)
    {
        var ids = new List<string>();
        for (var cursor = ""; ;)
        {
            var page = (await Runtime.GetAsync($"/v1/entitlements/{subject}?limit={limit}{filter}{cursor}")).Json;
            Assert.That(page["entitlements"]!.AsArray(), Has.Count.LessThanOrEqualTo(limit).And.Not.Empty, "no page is empty");
            ids.AddRange(page["entitlements"]!.AsArray().Select(right => (string)right!["id"]!));
            if ((string?)page["next_cursor"] is not { } next)
                return ids;
            cursor = $"&cursor={next}";
        }
    }
}
