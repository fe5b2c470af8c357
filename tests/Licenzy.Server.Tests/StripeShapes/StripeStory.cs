using System.Globalization;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Starting;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeShapes;

/// <summary>Stripe's example events told to a shop, one after the other, as if they were about a purchase begun here.</summary>
internal sealed class StripeStory : IAsyncDisposable
{
    public const string Subject = "user_of_the_story";
    private readonly JsonObject _documents;
    private string _attempt = "";
    private string _session = "";

    private StripeStory(JsonObject documents, Shop shop) => (_documents, Shop) = (documents, shop);

    public Shop Shop { get; }

    public static async Task<StripeStory> BeginAsync(string kind, JsonObject? terms = null)
    {
        var documents = StripeData.Events();
        var story = new StripeStory(documents, await Shop.OpenAsync(Engine.Sqlite));
        await story.Shop.ConnectAsync();
        await story.Shop.SellAsync("BOUGHT", kind, PriceIn(documents["customer.subscription.updated"]!), terms);
        await story.Shop.SellAsync("UPGRADED", "subscription", PriceIn(documents["customer.subscription.updated.upgraded"]!));
        var begun = await story.Shop.CheckoutAsync(Subject, "BOUGHT");
        story._attempt = (string)begun.Json["attempt_id"]!;
        story._session = story.Shop.Stripe.Sessions.Single().Id;
        return story;
    }

    /// <summary>The story goes on: the clock stands at the event, the event comes, and this is what access looks like then.</summary>
    public async Task<JsonNode> TellAsync(string name)
    {
        var told = Rewritten(_documents[name]!.DeepClone().AsObject());
        Shop.Clock.Set(DateTimeOffset.FromUnixTimeSeconds((long)told["created"]!));
        var payload = told.ToJsonString();
        var status = (int)await Shop.Stripe.DeliverAsync(System.Text.Encoding.UTF8.GetBytes(payload), Signature(payload));
        Assert.That(status, Is.EqualTo(200), name);
        return await AccessAsync();
    }

    /// <summary>Access when nothing but time has passed.</summary>
    public Task<JsonNode> AtAsync(JsonNode instant, TimeSpan offset)
    {
        Shop.Clock.Set(DateTimeOffset.Parse((string)instant!, CultureInfo.InvariantCulture) + offset);
        return AccessAsync();
    }

    public ValueTask DisposeAsync() => Shop.DisposeAsync();

    private async Task<JsonNode> AccessAsync()
    {
        var access = await Shop.AccessAsync(Subject);
        Assert.That(access.Status, Is.EqualTo(200), access.Text);
        var check = await Shop.Runtime.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = Subject });
        Assert.That((bool)check.Json["allowed"]!, Is.EqualTo((bool)access.Json["has_access"]!), "one answer, two routes");
        return access.Json;
    }

    private string Signature(string payload) =>
        StripeSignature.Sign(System.Text.Encoding.UTF8.GetBytes(payload), Shop.Stripe.WebhookSecret, Shop.Clock.GetUtcNow());

    private JsonObject Rewritten(JsonObject document)
    {
        var about = document["data"]!["object"]!.AsObject();
        if ((string)about["object"]! == "checkout.session")
            (about["id"], about["client_reference_id"]) = (_session, _attempt);
        if (about["metadata"] is JsonObject metadata)
            metadata["licenzy_attempt_id"] = _attempt;
        return document;
    }

    private static string PriceIn(JsonNode document) => (string)document["data"]!["object"]!["items"]!["data"]![0]!["price"]!["id"]!;
}
