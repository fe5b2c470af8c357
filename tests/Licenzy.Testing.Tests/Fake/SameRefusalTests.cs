using Licenzy.Checkout;
using Licenzy.Usage;

namespace Licenzy.Testing.Tests.Fake;

/// <summary>What the real client throws, the fake throws: type, status, code, sentence and fields.</summary>
public sealed class SameRefusalTests
{
    private static readonly TestCaseData[] Calls =
    [
        Call("an empty subject", client => client.CheckAccessAsync("")),
        Call("a subject too long", client => client.CheckAccessAsync(new string('x', 256))),
        Call("a control character", client => client.GetCustomerAccessAsync("a\nb")),
        Call("an empty subject in an address", client => client.GetEntitlementsAsync("")),
        Call("half a surrogate pair", client => client.GetCustomerAccessAsync("a\uD800")),
        Call("a version below zero", client => client.CheckAccessAsync("user_1", -1)),
        Call("no such status", client => client.GetEntitlementsAsync("user_1", "Active")),
        Call("an empty status", client => client.GetEntitlementsAsync("user_1", "")),
        Call("a limit of 0", client => client.GetEntitlementsAsync("user_1", limit: 0)),
        Call("a limit of 101", client => client.GetProductsAsync(101)),
        Call("no such cursor", client => client.GetProductsAsync(cursor: "*")),
        Call("an empty cursor", client => client.GetEntitlementsAsync("user_1", cursor: "")),
        Call("a cursor that is no id", client => client.GetEntitlementsAsync("user_1", cursor: "JyBvciAxPTE")),
        Call("no units to take from", client => Take(client, 1)),
        Call("0 units", client => Take(client, 0)),
        Call("too many units", client => Take(client, 1_000_000_001)),
        Call("nothing right", client => Take(client, -1, "")),
        Call("an impossible key", client => client.ConsumeUsageAsync(new() { SubjectRef = "user_1", Units = 1 }, "two words")),
        Call("a key of another consumption", async client =>
        {
            await client.ConsumeUsageAsync(new() { SubjectRef = "holder", Units = 1 }, "key-1");
            return await client.ConsumeUsageAsync(new() { SubjectRef = "holder", Units = 2 }, "key-1");
        }),
        Call("nothing to hold", client => Hold(client, 1, "user_1")),
        Call("a hold of 0 units for no time", client => client.HoldUsageAsync(new() { SubjectRef = "holder", Units = 0, ExpiresInSeconds = 0 })),
        Call("a hold for longer than a day", client => client.HoldUsageAsync(new() { SubjectRef = "holder", Units = 1, ExpiresInSeconds = 86_401 })),
        Call("an unknown hold to be committed", client => client.CommitHoldAsync("hld_01J00000000000000000000000")),
        Call("an unknown hold to be released", client => client.ReleaseHoldAsync("hld_01J00000000000000000000000")),
        Call("0 units of a hold", async client => await client.CommitHoldAsync((await Hold(client, 1)).HoldId, 0)),
        Call("more than is held", async client => await client.CommitHoldAsync((await Hold(client, 1)).HoldId, 2)),
        Call("a hold that is committed", async client =>
        {
            var hold = await Hold(client, 1);
            await client.CommitHoldAsync(hold.HoldId);
            return await client.ReleaseHoldAsync(hold.HoldId);
        }),
        Call("a hold that is released", async client =>
        {
            var hold = await Hold(client, 1);
            await client.ReleaseHoldAsync(hold.HoldId);
            return await client.CommitHoldAsync(hold.HoldId);
        }),
        Call("an unknown consumption", client => client.ReverseUsageAsync(new() { ConsumptionId = "use_01J00000000000000000000000" })),
        Call("an empty consumption", client => client.ReverseUsageAsync(new() { ConsumptionId = "", Units = 0 })),
        Call("more than was consumed", async client => await client.ReverseUsageAsync(new() { ConsumptionId = (await Take(client, 1, "holder")).ConsumptionId, Units = 2 })),
        Call("a consumption that is reversed", async client =>
        {
            var taken = await Take(client, 1, "holder");
            await client.ReverseUsageAsync(new() { ConsumptionId = taken.ConsumptionId });
            return await client.ReverseUsageAsync(new() { ConsumptionId = taken.ConsumptionId });
        }),
        Call("a product that nobody sells", client => Buy(client, "NOTHING")),
        Call("an empty product code", client => Buy(client, "")),
        Call("a quantity of 0", client => Buy(client, "PACK100", 0)),
        Call("a quantity of 1,001", client => Buy(client, "PACK100", 1001)),
        Call("a second subscription", client => Buy(client, "PRO", who: "subscriber")),
        Call("a key of another checkout", async client =>
        {
            await client.CreateCheckoutAsync(new() { SubjectRef = "user_1", ProductCode = "PACK100" }, "key-2");
            return await client.CreateCheckoutAsync(new() { SubjectRef = "user_1", ProductCode = "PASS30" }, "key-2");
        }),
    ];

    private RealShop _real = null!;
    private FakeLicenzy _fake = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        _real = await RealShop.OpenAsync();
        _fake = new FakeLicenzy(_real.Clock).Sell(FakeRight.Subscription("PRO")).Sell(FakeRight.TimePass("PASS30", TimeSpan.FromDays(30))).Sell(FakeRight.UsagePack("PACK100", 100));
        await _real.GiveAsync("holder", "PACK100");
        _fake.Give("holder", FakeRight.UsagePack("PACK100", 100));
        await _real.BuyAsync("subscriber", "PRO");
        _fake.Pay((await Buy(_fake, "PRO", who: "subscriber")).AttemptId);
    }

    [OneTimeTearDown]
    public async Task Close() => await _real.DisposeAsync();

    [TestCaseSource(nameof(Calls))]
    public async Task The_fake_refuses_as_the_client_does(Func<ILicenzyClient, Task<object>> call)
    {
        var (theirs, ours) = (await RefusalAsync(_real.Client, call), await RefusalAsync(_fake, call));

        TestContext.Out.WriteLine(theirs);
        Assert.That(ours, Is.EqualTo(theirs));
    }

    [Test]
    public async Task The_same_key_gets_the_first_answer_again([Values(1, 101)] long units)
    {
        foreach (var client in new[] { _real.Client, _fake })
        {
            var first = await OutcomeAsync(client, units);
            var again = await OutcomeAsync(client, units);
            Assert.That(again, Is.EqualTo(first), client.GetType().Name);
        }
    }

    private static Task<ConsumeUsageResponse> Take(ILicenzyClient client, long units, string who = "user_1") => client.ConsumeUsageAsync(new() { SubjectRef = who, Units = units });

    private static Task<HoldUsageResponse> Hold(ILicenzyClient client, long units, string who = "holder") => client.HoldUsageAsync(new() { SubjectRef = who, Units = units });

    private static Task<CheckoutSessionResponse> Buy(ILicenzyClient client, string product, long? quantity = null, string who = "user_1") =>
        client.CreateCheckoutAsync(new() { SubjectRef = who, ProductCode = product, Quantity = quantity });

    private static TestCaseData Call<T>(string name, Func<ILicenzyClient, Task<T>> call) =>
        new TestCaseData(async (ILicenzyClient client) => (object)(await call(client))!).SetArgDisplayNames(name);

    private static async Task<string> OutcomeAsync(ILicenzyClient client, long units)
    {
        try
        {
            var taken = await client.ConsumeUsageAsync(new() { SubjectRef = "holder", Units = units }, $"repeated-{units}");
            return $"{taken.ConsumptionId} {taken.UsageRemaining}";
        }
        catch (LicenzyApiException refused)
        {
            return $"{refused.Code} {refused.RequestId}";
        }
    }

    private static async Task<string> RefusalAsync(ILicenzyClient client, Func<ILicenzyClient, Task<object>> call)
    {
        try
        {
            return $"no refusal: {await call(client)}";
        }
        catch (LicenzyApiException refused)
        {
            Assert.That(refused.RequestId, Does.StartWith("req_"));
            return $"{refused.StatusCode} {refused.Code} {refused.Message} [{string.Join("; ", refused.Errors.Select(error => $"{error.Field} {error.Message}"))}] {refused.RetryAfter}";
        }
        catch (ArgumentException mistake)
        {
            return $"{mistake.GetType().Name} {mistake.Message.Split(" (Parameter")[0]}";
        }
    }
}
