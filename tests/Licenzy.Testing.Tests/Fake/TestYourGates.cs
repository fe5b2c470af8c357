using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Testing.Tests.Fake;

/// <summary>The sample of docs/developing.md, word for word, with an application around it.</summary>
public sealed class TestYourGates
{
    [Test]
    public async Task A_gate_follows_what_the_fake_gives()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));
        var licenzy = new FakeLicenzy(clock);
        await using var app = await GatedApp.StartAsync(after: services => services.AddFakeLicenzy(licenzy));

        licenzy.Give("ann", FakeRight.Subscription("PRO").Canceling(clock.GetUtcNow().AddDays(7)));
        licenzy.Give("bob", FakeRight.UsagePack("CREDITS", units: 1));

        Assert.That(await app.GetAsync("/reports", "ann"), Is.EqualTo(200));
        Assert.That(await app.GetAsync("/reports", "bob"), Is.EqualTo(402));        // PRO is needed
        Assert.That(await app.PostAsync("/renders", "bob"), Is.EqualTo(200));       // takes the only unit
        Assert.That(await app.PostAsync("/renders", "bob"), Is.EqualTo(402));

        clock.Advance(TimeSpan.FromDays(7));
        Assert.That(await app.GetAsync("/reports", "ann"), Is.EqualTo(402));        // the subscription has ended

        licenzy.GoDown();
        Assert.That(await app.GetAsync("/reports", "ann"), Is.EqualTo(503));        // closed without an answer
        Assert.That(licenzy.Calls.Count(call => call.SubjectRef == "ann"), Is.EqualTo(3));
    }
}
