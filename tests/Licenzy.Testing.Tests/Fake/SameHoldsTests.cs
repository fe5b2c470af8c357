using Licenzy.Usage;

namespace Licenzy.Testing.Tests.Fake;

/// <summary>A story of holds and reversals, told to the fake and to the real server alike.</summary>
public sealed class SameHoldsTests
{
    [Test]
    public async Task The_fake_and_the_server_tell_the_same_story()
    {
        await using var real = await RealShop.OpenAsync();
        var fake = new FakeLicenzy(real.Clock);
        await real.GiveAsync("user_1", "PACK100", 40, RealShop.Start.AddDays(1));
        await real.GiveAsync("user_1", "PACK100");
        await real.GiveAsync("user_1", "PROPLUS");
        fake.Give("user_1", FakeRight.UsagePack("PACK100", 40).Until(RealShop.Start.AddDays(1)), FakeRight.UsagePack("PACK100", 100), FakeRight.Subscription("PROPLUS").Including(100));

        var (theirs, ours) = (await TellAsync(real.Client), await TellAsync(fake));

        TestContext.Out.WriteLine(string.Join('\n', theirs));
        Assert.That(ours, Is.EqualTo(theirs));
    }

    [Test]
    public async Task A_hold_that_ends_gives_its_units_back()
    {
        var clock = new ManualTimeProvider(RealShop.Start);
        var fake = new FakeLicenzy(clock).Give("user_1", FakeRight.UsagePack("PACK", 10));
        var hold = await fake.HoldUsageAsync(new() { SubjectRef = "user_1", Units = 10, ExpiresInSeconds = 60 });
        Assert.That((await fake.CheckAccessAsync("user_1")).Allowed, Is.False);

        clock.Advance(TimeSpan.FromSeconds(60));

        Assert.That((await fake.CheckAccessAsync("user_1")).Allowed, Is.True);
        Assert.That(Assert.ThrowsAsync<LicenzyApiException>(() => fake.CommitHoldAsync(hold.HoldId))!.Code, Is.EqualTo("hold_expired"));
    }

    private static async Task<List<string>> TellAsync(ILicenzyClient client)
    {
        var told = new List<string>();
        var first = await HoldAsync(client, told, 130);
        var second = await HoldAsync(client, told, 60);
        told.Add(await LeftAsync(client));
        var taken = await client.CommitHoldAsync(first.HoldId, 50);
        told.Add($"committed {taken.Consumed} {taken.UsageRemaining}");
        told.Add(await LeftAsync(client));
        var released = await client.ReleaseHoldAsync(second.HoldId);
        told.Add($"released {released.Released} {released.UsageRemaining}");
        var reversed = await client.ReverseUsageAsync(new() { ConsumptionId = taken.ConsumptionId, Units = 20 });
        told.Add($"reversed {reversed.Reversed} {reversed.UsageRemaining}");
        told.Add(await LeftAsync(client));
        told.Add((await client.HoldUsageAsync(new() { SubjectRef = "user_1", Units = 5 }, "once")).UsageRemaining.ToString(System.Globalization.CultureInfo.InvariantCulture));
        told.Add((await client.HoldUsageAsync(new() { SubjectRef = "user_1", Units = 5 }, "once")).UsageRemaining.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return told;
    }

    private static async Task<HoldUsageResponse> HoldAsync(ILicenzyClient client, List<string> told, long units)
    {
        var hold = await client.HoldUsageAsync(new() { SubjectRef = "user_1", Units = units });
        told.Add($"held {hold.Units} {hold.UsageRemaining} {hold.ExpiresAt:O}");
        return hold;
    }

    private static async Task<string> LeftAsync(ILicenzyClient client) =>
        string.Join(' ', (await client.GetCustomerAccessAsync("user_1")).Entitlements.Select(right => $"{right.ProductCode}:{right.UsageRemaining}:{right.AvailabilityReason}"));
}
