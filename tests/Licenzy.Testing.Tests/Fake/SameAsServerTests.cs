using System.Text.Json;
using System.Text.Json.Nodes;
using Licenzy.Json;

namespace Licenzy.Testing.Tests.Fake;

/// <summary>The fake says what the real server and the real client say, situation by situation, before and after time has passed.</summary>
public sealed class SameAsServerTests
{
    // As far as the Date header may be off: the client lets its decisions end so much earlier.
    private static readonly TimeSpan DateIsOff = TimeSpan.FromSeconds(2);

    private static IEnumerable<TestCaseData> Situations => Situation.All.Select(situation => new TestCaseData(situation).SetArgDisplayNames(situation.Name));

    [TestCaseSource(nameof(Situations))]
    public async Task The_fake_and_the_server_say_the_same(object told)
    {
        var situation = (Situation)told;
        await using var real = await RealShop.OpenAsync();
        var fake = new FakeLicenzy(real.Clock);
        await situation.Really(real, "user_1");
        await situation.Faked(fake, "user_1");

        foreach (var later in situation.Later.Prepend(TimeSpan.Zero))
        {
            real.Clock.Set(RealShop.Start + later);
            await CompareAsync(real.Client, fake, $"{situation.Name}, {later} later");
        }

        Assert.That(await RunsOutAsync(fake), Is.EqualTo(await RunsOutAsync(real.Client)), "units");
        await CompareAsync(real.Client, fake, $"{situation.Name}, used up");
    }

    private static async Task CompareAsync(ILicenzyClient real, FakeLicenzy fake, string when)
    {
        var (theirs, ours) = (await real.CheckAccessAsync("user_1"), await fake.CheckAccessAsync("user_1"));
        Assert.That(
            (ours.Allowed, ours.Source, ours.CheckedAt, ours.ValidUntil - DateIsOff, ours.Reason),
            Is.EqualTo((theirs.Allowed, theirs.Source, theirs.CheckedAt, theirs.ValidUntil, theirs.Reason)), when);
        Assert.That(Text(await fake.GetCustomerAccessAsync("user_1"), "entitlements"), Is.EqualTo(Text(await real.GetCustomerAccessAsync("user_1"), "entitlements")), when);
        foreach (var status in new[] { null, "active", "expired", "canceled", "past_due", "suspended" })
            Assert.That(Text(await fake.GetEntitlementsAsync("user_1", status), "entitlements"), Is.EqualTo(Text(await real.GetEntitlementsAsync("user_1", status), "entitlements")), $"{when}, {status}");
    }

    private static async Task<string> RunsOutAsync(ILicenzyClient client)
    {
        var outcomes = new List<string>();
        foreach (var units in new[] { 60, 60, 40, 200, 1 })
        {
            try
            {
                var taken = await client.ConsumeUsageAsync(new() { SubjectRef = "user_1", Units = units });
                outcomes.Add($"{taken.Ok} {taken.Consumed} {taken.UsageRemaining}");
            }
            catch (LicenzyApiException refused)
            {
                outcomes.Add($"{refused.StatusCode} {refused.Code} {refused.Message}");
            }
        }

        return string.Join('\n', outcomes);
    }

    // Every member but ids and the version, which counts each of Stripe's events: an id is only there or not.
    private static string Text<T>(T answer, string list)
    {
        var json = JsonSerializer.SerializeToNode(answer, typeof(T), LicenzyJson.Default)!.AsObject();
        json.Remove("version");
        foreach (var right in json[list]!.AsArray().Select(right => right!.AsObject()))
        {
            foreach (var name in right.Select(member => member.Key).Where(name => name == "id" || name.StartsWith("stripe_", StringComparison.Ordinal)).ToList())
                right[name] = right[name] is null ? null : JsonValue.Create("…");
        }

        return json.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }
}
