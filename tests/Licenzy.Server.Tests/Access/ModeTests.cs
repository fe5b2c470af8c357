using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Access;

/// <summary>Test and live never mix: the mode is the key's.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ModeTests(Engine engine) : ServerFixture(engine)
{
    [OneTimeSetUp]
    public async Task Sell_in_live_too()
    {
        var answer = await Portal.PostAsync("/portal/products", new JsonObject
        {
            ["mode"] = "live", ["product_code"] = "PACK1000", ["name"] = "Live units", ["kind"] = "usage_pack", ["stripe_price_id"] = "price_pack1000", ["units"] = 50,
        });
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
    }

    [Test]
    [Spec("POST /v1/access/check", "the same subject in test and live mode is two")]
    public async Task A_right_of_one_mode_opens_nothing_in_the_other()
    {
        var (test, live) = (NewSubject(), NewSubject());
        await GiveAsync(test, "test");
        await GiveAsync(live, "live");

        Assert.That((await CheckAsync(Runtime, test), await CheckAsync(Live, test)), Is.EqualTo((true, false)));
        Assert.That((await CheckAsync(Runtime, live), await CheckAsync(Live, live)), Is.EqualTo((false, true)));
        Assert.That((string)(await Live.GetAsync($"/v1/customer/access/{test}")).Json["status"]!, Is.EqualTo("none"));
    }

    [Test]
    [Spec("POST /v1/usage/consume", "units of one mode are not taken in the other; a key of one mode is free in the other")]
    public async Task Units_and_keys_are_of_their_mode()
    {
        var subject = NewSubject();
        await GiveAsync(subject, "test");
        await GiveAsync(subject, "live");
        var body = new JsonObject { ["subject_ref"] = subject, ["units"] = 10 };

        var test = await Runtime.PostAsync("/v1/usage/consume", body, "same-key");
        var live = await Live.PostAsync("/v1/usage/consume", body, "same-key");

        Assert.That((test.Status, (long)test.Json["usage_remaining"]!), Is.EqualTo((200, 990L)));
        Assert.That((live.Status, (long)live.Json["usage_remaining"]!), Is.EqualTo((200, 40L)));
        Assert.That(live.Header("Idempotency-Replayed"), Is.Null);
    }

    private static async Task<bool> CheckAsync(Wire wire, string subject) =>
        (bool)(await wire.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = subject })).Json["allowed"]!;

    private async Task GiveAsync(string subject, string mode)
    {
        var answer = await Portal.PostAsync(
            $"/portal/customers/{subject}/grants?mode={mode}", new JsonObject { ["product_code"] = "PACK1000", ["reason"] = "a test" });
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
    }
}
