using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Accounts;

/// <summary>The same and other portal writes at one moment.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class PortalRaceTests(Engine engine) : ServerFixture(engine)
{
    [Test, Spec("POST /portal/products", "a repeat at the same moment hears the first answer, never its effect")]
    public async Task A_repeat_at_the_same_moment_hears_the_first_answer()
    {
        for (var round = 0; round < 5; round++)
        {
            var body = new JsonObject
            {
                ["mode"] = "live", ["product_code"] = $"RACE{round}", ["name"] = "Race", ["kind"] = "usage_pack", ["stripe_price_id"] = $"price_race{round}", ["units"] = 1,
            }.ToJsonString();
            var key = Wire.NewKey();
            var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Portal.SendAsync(HttpMethod.Post, "/portal/products", body, key)));
            Assert.That(answers.Select(answer => (answer.Status, answer.Text)).Distinct().Count(), Is.EqualTo(1), string.Join("\n", answers.Select(answer => answer.Text)));
            Assert.That(answers[0].Status, Is.EqualTo(201));
        }
    }

    [Test, Spec("POST /v1/usage/consume", "another spelling of the path is the same route to a key")]
    public async Task Another_spelling_of_the_path_is_the_same_route_to_a_key()
    {
        var (subject, key) = (NewSubject(), Wire.NewKey());
        await GrantAsync(subject, "PACK1000");
        var body = new JsonObject { ["subject_ref"] = subject, ["units"] = 10 };
        var answers = new List<Answer>();
        foreach (var path in (string[])["/v1/usage/consume", "/v1/usage/consume/", "/V1/Usage/Consume", "/v1/usage/%63onsume"])
        {
            answers.Add(await Runtime.PostAsync(path, body, key));
        }

        Assert.That(answers.Select(answer => answer.Text).Distinct().Count(), Is.EqualTo(1));
        Assert.That((long)answers[0].Json["usage_remaining"]!, Is.EqualTo(990));
    }

    [Test, Spec("PUT /portal/stripe/connection", "connections made at one moment are one, and its address is the one told")]
    public async Task Connections_made_at_one_moment_are_one()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(n =>
        {
            var body = new JsonObject { ["mode"] = "live", ["secret_key"] = "sk_live_000000000000", ["verify"] = false };
            if (n == 5)
            {
                body["webhook_secret"] = "whsec_of_the_live_mode";
            }

            return Portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", body);
        }));
        Assert.That(answers.Select(answer => (answer.Status, (string)answer.Json["webhook_url"]!)).Distinct().Count(), Is.EqualTo(1));
        var now = (await Portal.GetAsync("/portal/stripe/connection")).Json["data"]!.AsArray().Single(mode => (string)mode!["mode"]! == "live")!;
        Assert.That((bool)now["webhook_secret_set"]!, Is.True, "the one secret that was sent is kept");
        Assert.That((string)now["webhook_url"]!, Is.EqualTo((string)answers[0].Json["webhook_url"]!));
    }
}
