using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Server.Tests.Starting;
using Microsoft.FSharp.Core;

namespace Licenzy.Server.Tests.Model;

/// <summary>
/// Random stories of purchases, gifts, refunds, disputes, dunning, consumption, late and repeated events, restarts and time, on a real server and in a
/// model of 150 lines. LICENZY_MODEL_STORIES sets how many; LICENZY_MODEL_SEED which.
/// </summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ModelTests(Engine engine)
{
    private const int Steps = 25;

    private static int Stories => Number("LICENZY_MODEL_STORIES", 25);

    private static int Seed => Number("LICENZY_MODEL_SEED", 20260801);

    [Test]
    [Spec("POST /v1/access/check", "whatever happens, in whatever order it is told, the answer is the model's")]
    public async Task Random_stories_end_as_the_model_says()
    {
        await using var shop = await Shops.OpenAsync(engine);
        var (stories, steps, watch) = (0, 0, Stopwatch.StartNew());
        var property = Prop.ForAll(ModelStories.OfLength(Steps), story =>
        {
            TellAsync(shop, $"user_{++stories}", story).GetAwaiter().GetResult();
            steps += story.Length;
        });

        TestContext.Progress.WriteLine($"The stories of seed {Seed} on {engine}.");
        try
        {
            Check.One(Config.QuickThrowOnFailure.WithMaxTest(Stories).WithStartSize(Steps).WithEndSize(Steps).WithQuietOnSuccess(true).WithReplay(Replay), property);
        }
        catch (Exception failure) when (failure is not AssertionException)
        {
            Assert.Fail($"LICENZY_MODEL_SEED={Seed} LICENZY_MODEL_STORIES={Stories} tells it again.\n{failure.Message}");
        }

        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{stories} stories, {steps} model steps, {shop.Stripe.Events.Count} events of Stripe in {watch.Elapsed.TotalSeconds:0.0} s; seed {Seed}"));
    }

    private static FSharpOption<Replay> Replay =>
        FSharpOption<Replay>.Some(new Replay(new Rnd((ulong)Seed, 2654435769), FSharpOption<int>.None));

    private static async Task TellAsync(Shop shop, string subject, ModelStep[] steps)
    {
        // What an earlier story left, should it have ended badly, is nobody's any more.
        await shop.Stripe.ReleaseAsync(_ => []);
        shop.Clock.Advance(TimeSpan.FromDays(1));
        await Rows.ExecuteAsync(shop.Server, "delete from stripe_events where status <> 'applied'");
        await Rows.ExecuteAsync(shop.Server, "update stripe_catch_ups set through = @now, place = null, place_since = null", new { now = shop.Clock.GetUtcNow().ToUnixTimeMilliseconds() });
        await new Story(shop, subject, Seed).RunAsync(steps);
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}

/// <summary>The shop in which the stories happen.</summary>
internal static class Shops
{
    public static async Task<Shop> OpenAsync(Engine engine)
    {
        var shop = await Shop.OpenAsync(engine);
        await shop.ConnectAsync();
        await shop.SellAsync(ModelProducts.Pro, "subscription", PriceOf(ModelProducts.Pro));
        await shop.SellAsync(ModelProducts.Plus, "subscription", PriceOf(ModelProducts.Plus), new JsonObject { ["units"] = ModelProducts.Units(ModelProducts.Plus) });
        await shop.SellAsync(ModelProducts.Pass, "time_pass", PriceOf(ModelProducts.Pass), new JsonObject { ["duration_days"] = ModelProducts.PassDays });
        await shop.SellAsync(ModelProducts.Pack, "usage_pack", PriceOf(ModelProducts.Pack), new JsonObject { ["units"] = ModelProducts.Units(ModelProducts.Pack) });
        shop.Stripe.HoldEvents = true;
        return shop;
    }

    public static string PriceOf(string product) => $"price_{product}";
}
