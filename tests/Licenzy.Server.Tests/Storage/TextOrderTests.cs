using Licenzy.Server.Hosting;
using Licenzy.Server.Products;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Server.Tests.Storage;

[TestFixtureSource(typeof(EveryEngine))]
public sealed class TextOrderTests(Engine engine) : StoreFixture(engine)
{
    // By UTF-8 bytes: capitals, then small letters, then everything beyond ASCII.
    private static readonly string[] InOrder = ["A", "B", "Z", "_", "a", "a ", "b", "z", "e\u0301", "é", "ﬁ", "😀"];

    private static readonly string[] ByBytes = [.. InOrder.OrderBy(text => Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(text)), StringComparer.Ordinal)];

    [Test]
    public async Task Text_is_ordered_by_its_bytes()
    {
        foreach (var text in InOrder.Reverse())
            await GiveAsync($"order:{text}", Pack($"ent_order_{text}", 1));

        var subjects = await Db.ReadAsync(
            session => session.ListAsync<string>("select subject_ref from subjects where subject_ref like 'order:%' order by subject_ref"),
            CancellationToken.None);

        Assert.That(subjects.Select(subject => subject["order:".Length..]), Is.EqualTo(ByBytes));
    }

    [Test]
    public async Task Text_is_compared_by_its_bytes()
    {
        foreach (var text in (string[])["User_1", "user_1", "user_1 ", "é", "e\u0301"])
        {
            await GiveAsync($"same:{text}", Pack($"ent_same_{text}", 1));
            Assert.That((await RightsAsync($"same:{text}")).Version, Is.EqualTo(1), $"'{text}' is a subject of its own");
        }
    }

    [Test]
    public async Task A_list_is_paged_in_the_same_order_whatever_the_letters_of_its_ids()
    {
        string[] ids = ["prd_A", "prd_B", "prd_a", "prd_b", "prd_é"];
        await Db.WriteAsync(
            async session =>
            {
                foreach (var id in ids)
                    await ProductStore.SaveAsync(session, Product(id));
            },
            CancellationToken.None);

        var seen = new List<string>();
        for (string? before = null; ;)
        {
            var page = await Db.ReadAsync(session => ProductStore.ListAsync(session, Scope, before, limit: 2), CancellationToken.None);
            if (page is [])
                break;
            seen.AddRange(page.Select(product => product.Id));
            before = page[^1].Id;
        }

        Assert.That(seen, Is.EqualTo(ids.Reverse()));
    }

    [Test]
    public void Ids_made_in_one_millisecond_sort_in_the_order_they_were_made()
    {
        var ids = new Ids(new Licenzy.Testing.ManualTimeProvider(Now));
        var made = Enumerable.Range(0, 1000).Select(_ => ids.New("key")).ToList();

        Assert.That(made, Is.Unique.And.EqualTo(made.Order(StringComparer.Ordinal)));
        Assert.That(made, Is.All.Match("^key_[0-7][0-9A-HJKMNP-TV-Z]{25}$"));
    }

    private ProductRow Product(string id) => new()
    {
        WorkspaceId = Scope.WorkspaceId,
        Mode = "test",
        Id = id,
        ProductCode = id,
        Name = id,
        Kind = "subscription",
        StripePriceId = $"price_{id}",
        PastDueGraceDays = 21,
        CreatedAt = Instant.Millis(Now),
        UpdatedAt = Instant.Millis(Now),
    };
}
