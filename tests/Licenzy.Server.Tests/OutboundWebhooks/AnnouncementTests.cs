using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Domain;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Server.Tests.StripeInbound;
using Licenzy.Server.Tests.Time;
using Licenzy.Testing;
using Licenzy.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>What is told of which change: in its transaction, once, and only where somebody wants to know.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class AnnouncementTests(Engine engine) : InboxFixture(engine)
{
    private const string Events = "GET /v1/webhooks/outbound";

    // As the contract lists them.
    private static readonly string[] Members =
    [
        "sequence", "subject_ref", "workspace_id", "mode", "product_code", "kind", "status", "reason", "source", "entitlement_id", "attempt_id", "units", "usage_remaining",
        "amount_total", "currency", "stripe_checkout_session_id", "stripe_payment_intent_id", "stripe_subscription_id", "current_period_end", "expires_at", "canceled_at",
        "actor_user_id", "metadata", "created_at", "updated_at",
    ];

    [SetUp]
    public Task Listen() => ListenAsync(null);

    [Test]
    [Spec(Events, "a purchase is told once, with what was paid and what it was started with")]
    public async Task A_purchase_is_told()
    {
        Stripe.HoldEvents = false;
        var subject = NewSubject();
        var started = await Runtime.PostAsync(
            "/v1/checkout/session",
            new JsonObject { ["subject_ref"] = subject, ["product_code"] = "PACK1000", ["quantity"] = 2, ["metadata"] = new JsonObject { ["campaign"] = "a & b = [c]" } },
            Wire.NewKey());
        var session = await Stripe.PayAsync((string)started.Json["checkout_url"]!);

        var told = await ToldAsync(subject);

        Assert.That(told.Select(one => (string)one["type"]!), Is.EquivalentTo(new[] { "purchase.finalized", "entitlement.updated" }));
        var purchase = told.Single(one => (string)one["type"]! == "purchase.finalized");
        Assert.That(purchase.AsObject().Select(member => member.Key), Is.EqualTo(new[] { "id", "type", "timestamp", "data" }));
        var data = purchase["data"]!;
        Assert.That(data.AsObject().Select(member => member.Key), Is.EqualTo(Members));
        Assert.That(
            ((string)data["product_code"]!, (string)data["kind"]!, (string)data["status"]!, (string)data["reason"]!, (string)data["source"]!, (string)data["mode"]!),
            Is.EqualTo(("PACK1000", "usage_pack", "active", "checkout_finalized", "stripe", "test")));
        Assert.That(((long)data["units"]!, (long)data["usage_remaining"]!, (long)data["amount_total"]!, (string)data["currency"]!), Is.EqualTo((2000, 2000, 3000, "usd")));
        Assert.That(data["metadata"]!.ToJsonString(), Is.EqualTo("""{"campaign":"a \u0026 b = [c]"}"""));
        Assert.That(((string)data["attempt_id"]!, (string)data["stripe_checkout_session_id"]!), Is.EqualTo(((string)started.Json["attempt_id"]!, session.Id)));
        Assert.That((string)data["stripe_payment_intent_id"]!, Is.EqualTo(session.PaymentIntent));
        Assert.That(data["actor_user_id"], Is.Null);
        Assert.That((long)data["sequence"]!, Is.EqualTo((long)(await SummaryAsync(subject))["version"]!));
    }

    [Test]
    [Spec(Events, "a subscription's life is told, and a paid invoice once though Stripe tells of it twice")]
    public async Task A_subscriptions_life_is_told()
    {
        var (subject, _) = await BoughtAsync("PRO");
        var id = Stripe.Subscriptions[^1].Id;
        Clock.Set(Stripe.Subscriptions[^1].PeriodEnd);
        await Stripe.FailRenewalAsync(id);
        await Stripe.RecoverAsync(id);
        await Stripe.CancelNowAsync(id);
        await SettledAsync();
        foreach (var sent in Stripe.Events)
            await Stripe.RedeliverAsync(sent.Id);
        await SettledAsync();

        var told = (await ToldAsync(subject)).GroupBy(one => (string)one["type"]!).ToDictionary(group => group.Key, group => group.ToList());

        Assert.That(told["purchase.finalized"], Has.Count.EqualTo(1));
        var invoices = Stripe.Invoices.Count(invoice => invoice.Subscription?.Id == id && invoice.PaidAt is not null);
        Assert.That(told["invoice.payment_succeeded"], Has.Count.EqualTo(invoices));
        Assert.That(told["invoice.payment_failed"], Has.Count.EqualTo(1));
        Assert.That(((long)told["invoice.payment_failed"][0]["data"]!["amount_total"]!, (string)told["invoice.payment_failed"][0]["data"]!["reason"]!), Is.EqualTo((2000, "invoice_payment_failed")));
        Assert.That(told["subscription.deleted"], Has.Count.EqualTo(1));
        Assert.That((string)told["subscription.deleted"][0]["data"]!["status"]!, Is.EqualTo("canceled"));
        Assert.That(told["subscription.deleted"][0]["data"]!["canceled_at"], Is.Not.Null);
        Assert.That(told["subscription.updated"].Select(one => (string)one["data"]!["status"]!), Does.Contain("past_due"));
    }

    [Test]
    [Spec(Events, "what an operator does is told with who did it and why")]
    public async Task What_an_operator_does_is_told()
    {
        var subject = NewSubject();
        var given = await GrantAsync(subject, "PACK1000");
        var right = (string)given.Json["id"]!;
        await Portal.PostAsync($"/portal/customers/{subject}/usage-adjustments", new JsonObject { ["entitlement_id"] = right, ["units"] = -1000, ["reason"] = "a test" });
        await Portal.PostAsync($"/portal/customers/{subject}/grants/{right}/revoke", new JsonObject { ["reason"] = "a test" });

        var told = await ToldAsync(subject);

        Assert.That(
            told.Select(one => ((string)one["type"]!, (string)one["data"]!["reason"]!, (long?)one["data"]!["units"])),
            Is.EqualTo(new[]
            {
                ("entitlement.updated", "manual_grant", 1000L), ("entitlement.updated", "usage_adjusted", -1000L), ("usage.depleted", "usage_adjusted", -1000L),
                ("entitlement.updated", "manual_revoke", (long?)null),
            }));
        Assert.That(told.Select(one => (string)one["data"]!["source"]!), Is.All.EqualTo("portal"));
        Assert.That(told.Select(one => (string)one["data"]!["actor_user_id"]!), Is.All.StartsWith("key_"));
        Assert.That(told.Select(one => (long)one["data"]!["sequence"]!), Is.Ordered);
    }

    [Test]
    [Spec(Events, "usage.consumed is sent only where it is named, one for a consumption; the last unit is told in any case")]
    public async Task Consumption_is_told_where_it_is_named()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PACK1000", new JsonObject { ["units"] = 5 });
        await GrantAsync(subject, "PACK1000", new JsonObject { ["units"] = 5 });
        await ConsumeAsync(subject, 7);
        Assert.That((await ToldAsync(subject)).Select(one => (string)one["type"]!), Is.EqualTo(new[] { "entitlement.updated", "entitlement.updated", "usage.depleted" }));

        await ListenAsync("usage.consumed");
        await ConsumeAsync(subject, 2);
        await ConsumeAsync(subject, 9);

        var last = (await ToldAsync(subject))[^1];
        Assert.That((string)last["type"]!, Is.EqualTo("usage.consumed"));
        Assert.That(
            ((long)last["data"]!["units"]!, (long)last["data"]!["usage_remaining"]!, (string)last["data"]!["source"]!, (string)last["data"]!["reason"]!),
            Is.EqualTo((2, 1, "runtime", "usage_consumed")));
        Assert.That(await ToldAsync(subject), Has.Count.EqualTo(4), "a refusal is told to nobody");
    }

    [Test]
    [Spec(Events, "nothing is written where nobody listens, or for another mode")]
    public async Task Nothing_is_written_for_nobody()
    {
        await ListenAsync(null, disabled: true);
        var subject = NewSubject();
        await GrantAsync(subject, "PACK1000");
        Assert.That(await ToldAsync(subject), Is.Empty);

        await ListenAsync("purchase.finalized");
        await GrantAsync(subject, "PACK1000");
        Assert.That(await ToldAsync(subject), Is.Empty);
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from outbound_events where mode = 'live'"), Is.Zero);
    }

    protected override LicenzyTestServerOptions Options()
    {
        var options = base.Options();
        options.Configure = Listening.SendNothing;
        return options;
    }

    private Task ListenAsync(string? types, bool disabled = false)
    {
        var services = Server.Services;
        return services.GetRequiredService<Db>().WriteAsync(
            async session =>
            {
                var workspace = (await session.FindAsync<string>("select id from workspaces order by created_at, id limit 1"))!;
                var scope = new Scope(workspace, Mode.Test);
                var row = new EndpointRow
                {
                    WorkspaceId = workspace, Mode = "test", Id = "whe_1", Url = "https://example.com/", EventTypes = types, Secret = services.GetRequiredService<EndpointSecrets>().Seal(scope, "whsec_AAAA"),
                    SecretHint = "…", DisabledAt = disabled ? 1 : null, DisabledReason = disabled ? "operator" : null, CreatedAt = 0, UpdatedAt = 0,
                };
                await EndpointStore.SaveAsync(session, row);
            },
            CancellationToken.None);
    }

    private async Task<IReadOnlyList<JsonNode>> ToldAsync(string subject)
    {
        var payloads = await Server.Services.GetRequiredService<Db>().ReadAsync(
            session => session.ListAsync<byte[]>("select e.payload from outbound_events e join deliveries d on d.event_id = e.id where e.subject_ref = @subject order by e.id", new { subject }),
            CancellationToken.None);
        return [.. payloads.Select(payload => JsonNode.Parse(Encoding.UTF8.GetString(payload))!)];
    }

    [Test]
    public void All_types_and_members_are_in_the_contract()
    {
        using var text = new StreamReader(typeof(AnnouncementTests).Assembly.GetManifestResourceStream("contract.md")!);
        var section = text.ReadToEnd().Split("\n### ").Single(one => one.StartsWith("What a webhook says\n", StringComparison.Ordinal));
        var tables = section.Split("\n| type | sent when |\n")[1].Split("\n| member | |\n");

        Assert.That(Named(tables[0]), Is.EquivalentTo(WebhookEventTypes.All));
        Assert.That(Named(tables[1].Split("\n| header | |\n")[0]), Is.EquivalentTo(Members));
    }

    // What stands in the first column of each row.
    private static IEnumerable<string> Named(string table) =>
        table.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).SelectMany(line => line.Split('|')[1].Split('`').Where((_, index) => index % 2 == 1));
}
