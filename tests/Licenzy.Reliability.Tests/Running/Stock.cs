namespace Licenzy.Reliability.Tests.Running;

/// <summary>Subjects with units to take, and the books about them.</summary>
internal static class Stock
{
    public const long Units = 1_000_000;

    /// <summary>Somebody whose units nobody takes.</summary>
    public const string Bystander = "bystander";

    public static string Subject(int number) => $"user_{number}";

    /// <summary>Gives each of so many subjects a pack, and the bystander.</summary>
    public static async Task FillAsync(ServerProcess server, int subjects, long units = Units)
    {
        using var portal = server.Portal();
        var product = await Reply.PostAsync(portal, "/portal/products", new { mode = "test", product_code = "PACK", name = "Pack", kind = "usage_pack", stripe_price_id = "price_1", units });
        Assert.That(product.Status, Is.EqualTo(201), product.Text);
        for (var i = 0; i < subjects; i++)
            await GrantAsync(portal, Subject(i));
        await GrantAsync(portal, Bystander);
    }

    public static async Task GrantAsync(HttpClient portal, string subject)
    {
        var grant = await Reply.PostAsync(portal, $"/portal/customers/{subject}/grants", new { product_code = "PACK", reason = "a test" });
        Assert.That(grant.Status, Is.EqualTo(201), grant.Text);
    }

    public static async Task<long> LeftAsync(HttpClient app, string subject) =>
        (long)(await Reply.GetAsync(app, $"/v1/customer/access/{subject}")).Json["entitlements"]![0]!["usage_remaining"]!;

    /// <summary>
    /// Whatever happened: what was acknowledged is there once and is answered with the same words again, what was told to come back is settled by coming
    /// back, nothing else was taken, and the ledger says the same.
    /// </summary>
    public static async Task AssertExactAsync(ServerProcess server, Takers takers, int subjects)
    {
        await takers.StopAsync();
        Assert.That(takers.Unexpected, Is.Empty, server.Output);
        await Parallel.ForEachAsync(takers.Open, async (taking, _) => await AssertSettledAsync(server, taking));
        using var app = server.App();
        var again = new System.Collections.Concurrent.ConcurrentBag<(string Now, string Then)>();
        await Parallel.ForEachAsync(takers.Acknowledged, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (taken, _) =>
            again.Add(((await taken.Key.SendAsync(app)).Text, taken.Value)));
        Assert.That(again.Where(answer => answer.Now != answer.Then), Is.Empty, "a repeat hears the first answer");

        var settled = takers.Acknowledged.Keys.Concat(takers.Open).ToLookup(taking => taking.Subject);
        for (var i = 0; i < subjects; i++)
            Assert.That(await LeftAsync(app, Subject(i)), Is.EqualTo(Units - settled[Subject(i)].Count()), $"{Subject(i)}: {takers}");
        using var portal = server.Portal();
        var books = (await Reply.GetAsync(portal, "/portal/ledger/verify?mode=test&limit=100")).Json;
        Assert.That(((int)books["subjects"]!, books["data"]!.AsArray().Count), Is.EqualTo((subjects + 1, 0)), books.ToJsonString());
    }

    private static async Task AssertSettledAsync(ServerProcess server, Taking taking)
    {
        using var app = server.App();
        await Patience.UntilAsync(async () => (await taking.SendAsync(app)).Status is 200 or 201, () => $"{taking} is not settled by coming back.");
    }
}
