using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Server.StripeInbound;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Several workspaces and both modes at one address: a secret opens its own connection and no other (SECURITY T27 to T30).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class TenantIsolationTests(Engine engine) : WebhookFixture(engine)
{
    private const string Theirs = "whsec_theirs_0000";
    private const string LiveSecret = "whsec_live_00000";
    private const int Mutations = 1000;
    private OtherWorkspace _other = null!;
    private Uri _theirHook = null!;
    private Uri _liveHook = null!;

    [OneTimeSetUp]
    public async Task Connect_the_others()
    {
        _other = await OtherWorkspace.MakeAsync(Server);
        _theirHook = await ConnectAsync(_other.Portal, "test", "sk_test_theirs_0000", Theirs);
        _liveHook = await ConnectAsync(Portal, "live", "sk_live_ours_000000", LiveSecret);
    }

    [OneTimeTearDown]
    public void Leave() => _other.Dispose();

    [Test]
    [Spec(Route, "another workspace's secret, or the other mode's, is a wrong signature: 400 and nothing is stored")]
    public async Task A_secret_opens_its_own_connection_only()
    {
        var before = await Rows.CountsAsync(Server);
        foreach (var (hook, secret) in new[] { (Hook, Theirs), (_theirHook, Stripe.WebhookSecret), (_liveHook, Stripe.WebhookSecret), (Hook, LiveSecret), (_liveHook, Theirs) })
        {
            var payload = Bytes(new StripeSample().Event("customer.subscription.updated", Now()));
            var answer = await PostAsync(payload, Sign(payload, secret: secret), hook);
            Assert.That((answer.Status, answer.Error, string.Join(',', answer.Fields)), Is.EqualTo((400, "invalid_request", "Stripe-Signature")));
        }

        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    [TestCase(Theirs, "test")]
    [TestCase(LiveSecret, "live")]
    [Spec(Route, "without ?connection= an event goes to the workspace and mode whose secret signed it, and to no other")]
    public async Task Without_a_connection_the_secret_decides(string secret, string mode)
    {
        var made = new StripeSample().Event("customer.subscription.updated", Now());
        made["livemode"] = mode == "live";
        var payload = Bytes(made);

        var answer = await PostAsync(payload, Sign(payload, secret: secret), new Uri(Hook.GetLeftPart(UriPartial.Path)));

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        var places = await Rows.ValueAsync<string>(Server, "select workspace_id || ' ' || mode from stripe_events where id = @id", new { id = (string)made["id"]! });
        Assert.That(places, secret == Theirs ? Is.EqualTo($"{_other.Id} test") : Does.EndWith(" live").And.Not.StartWith(_other.Id));
    }

    [TestCase(true)]
    [TestCase(false)]
    [Spec(Route, "livemode true verified by the test secret, and the reverse, is 200, ignored and audited")]
    public async Task The_other_livemode_is_ignored(bool livemode)
    {
        var rows = await Rows.CountsAsync(Server);
        var made = new StripeSample().Event("customer.subscription.updated", Now());
        made["livemode"] = livemode;
        var payload = Bytes(made);

        var answer = livemode ? await PostAsync(payload) : await PostAsync(payload, Sign(payload, secret: LiveSecret), _liveHook);

        rows["audit_log"]++;
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(rows));
        Assert.That(
            await Rows.ValueAsync<string>(Server, "select detail from audit_log where action = 'stripe_event.ignored' and target = @id", new { id = (string)made["id"]! }),
            Does.Contain("livemode"));
    }

    [Test]
    [Spec(Route, "an event that names an account is ignored where the connection's own account is not known")]
    public async Task An_account_is_foreign_where_ours_is_not_known()
    {
        var made = new StripeSample().Event("customer.subscription.updated", Now());
        made["account"] = "acct_of_their_customer";
        var payload = Bytes(made);

        Assert.That((await PostAsync(payload, Sign(payload, secret: Theirs), _theirHook)).Status, Is.EqualTo(200));

        Assert.That(await StatusOfAsync(made), Is.Null);
    }

    [Test]
    [Spec(Route, "ignored events leave twenty audit rows an hour, and such of unknown types none")]
    public async Task Ignored_events_do_not_fill_the_audit_log()
    {
        Clock.Advance(TimeSpan.FromHours(1));
        var before = await Rows.CountAsync(Server, "audit_log");
        var unknown = new StripeSample().Event("invoice.paid", Now());
        (unknown["type"], unknown["livemode"]) = ("invoice.upcoming", true);
        Assert.That((await PostAsync(unknown)).Status, Is.EqualTo(200));
        Assert.That(await Rows.CountAsync(Server, "audit_log"), Is.EqualTo(before));

        for (var n = 0; n < IgnoredNotes.MostAnHour + 5; n++)
        {
            var made = new StripeSample().Event("customer.subscription.updated", Now());
            made["livemode"] = true;
            Assert.That((await PostAsync(made)).Status, Is.EqualTo(200));
        }

        Assert.That(await Rows.CountAsync(Server, "audit_log"), Is.EqualTo(before + IgnoredNotes.MostAnHour));
    }

    [Test]
    [Spec(Route, "another workspace's purchase is not found by its ids: unmatched, and nobody gets in")]
    public async Task Our_attempt_is_not_theirs()
    {
        var subject = NewSubject();
        var made = StripeEvents.SubscriptionUpdated(await SubscriptionOfAsync(subject), options: Now());
        var payload = Bytes(made);

        Assert.That((await PostAsync(payload, Sign(payload, secret: Theirs), _theirHook)).Status, Is.EqualTo(200));

        Assert.That(await StatusOfAsync(made), Is.EqualTo("unmatched"));
        Assert.That(await AllowedAsync(subject), Is.False);
    }

    [Test]
    [Spec(Route, "signed events with anything in any place are 200 or 400, never a failure, and change nobody's right")]
    public async Task A_thousand_mutations_do_no_harm()
    {
        var subject = NewSubject();
        await DeliverAsync(StripeEvents.SubscriptionUpdated(await SubscriptionOfAsync(subject), options: Now()));
        var before = await RightAsync(subject);
        var random = new Random(20260801);
        var answers = new Dictionary<int, int>();
        for (var i = 0; i < Mutations; i++)
        {
            var type = StripeSample.Types[i % StripeSample.Types.Count];
            var payload = Mutated(new StripeSample().Event(type, Now()), random);
            var answer = await PostAsync(payload);
            Assert.That(answer.Status, Is.AnyOf(200, 400), $"{answer.Text}\n{Encoding.UTF8.GetString(payload)}");
            answers[answer.Status] = answers.GetValueOrDefault(answer.Status) + 1;
        }

        TestContext.Out.WriteLine(string.Join(", ", answers.Select(count => $"{count.Key}: {count.Value}")));
        Assert.That(answers.Keys, Is.EquivalentTo(new[] { 200, 400 }));
        Assert.That((await RightAsync(subject)).ToJsonString(), Is.EqualTo(before.ToJsonString()));
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from stripe_events where status = 'failed'"), Is.Zero);
    }

    // One to three members made something else; every fifth body has its bytes changed too.
    private static byte[] Mutated(JsonObject made, Random random)
    {
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var places = Objects(made).SelectMany(holder => holder.Select(member => (holder, member.Key))).ToList();
            var (target, name) = places[random.Next(places.Count)];
            target[name] = random.Next(10) switch
            {
                0 => null,
                1 => JsonNode.Parse("1e400"),
                2 => JsonNode.Parse("-99999999999999999999"),
                3 => long.MaxValue,
                4 => "",
                5 => new string('x', 70_000),
                6 => new JsonArray(),
                7 => new JsonObject(),
                8 => "a\u0000b",
                _ => random.Next(2) == 0,
            };
        }

        var payload = Bytes(made);
        if (random.Next(5) == 0)
        {
            payload[random.Next(payload.Length)] = (byte)random.Next(256);
        }

        return payload;
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject holder => holder.SelectMany(member => Objects(member.Value)).Prepend(holder),
        JsonArray list => list.SelectMany(Objects),
        _ => [],
    };

    private static async Task<Uri> ConnectAsync(Wire portal, string mode, string key, string secret)
    {
        var answer = await portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", new JsonObject
        {
            ["mode"] = mode, ["secret_key"] = key, ["webhook_secret"] = secret, ["verify"] = false,
        });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return new Uri((string)answer.Json["webhook_url"]!);
    }
}
