using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Testing.Tests.Fake;

/// <summary>The fake stands in for every client of an application, however it is registered.</summary>
public sealed class AddFakeLicenzyTests
{
    [Test]
    public async Task Before_or_after_the_client_it_is_the_one_that_is_asked([Values] bool before)
    {
        var licenzy = new FakeLicenzy().Give("user_1", FakeRight.Subscription("PRO").Granting("export"));
        Action<IServiceCollection> add = services => services.AddFakeLicenzy(licenzy);
        await using var app = await GatedApp.StartAsync(before ? add : null, before ? null : add);

        Assert.That(app.Services.GetRequiredService<ILicenzyClient>(), Is.SameAs(licenzy));
        foreach (var path in new[] { "/articles", "/reports", "/export" })
            Assert.That((await app.GetAsync(path, "user_1"), await app.GetAsync(path, "user_2")), Is.EqualTo((200, 402)), path);
        Assert.That(licenzy.Calls, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task Without_a_fake_of_ones_own_one_is_made_with_the_applications_clock()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));
        await using var app = await GatedApp.StartAsync(after: services => services.AddSingleton<TimeProvider>(clock).AddFakeLicenzy());
        app.Services.GetRequiredService<FakeLicenzy>().Give("user_1", FakeRight.TimePass("DAY", TimeSpan.FromDays(1)));

        var inTime = await app.GetAsync("/articles", "user_1");
        clock.Advance(TimeSpan.FromDays(1));

        Assert.That((inTime, await app.GetAsync("/articles", "user_1")), Is.EqualTo((200, 402)));
    }

    [Test]
    public async Task Called_twice_the_last_one_is_asked()
    {
        var (first, second) = (new FakeLicenzy(), new FakeLicenzy().Give("user_1", FakeRight.Subscription("PRO")));
        await using var app = await GatedApp.StartAsync(services => services.AddFakeLicenzy(first), services => services.AddFakeLicenzy(second));

        Assert.That(await app.GetAsync("/reports", "user_1"), Is.EqualTo(200));
        Assert.That((first.Calls.Count, second.Calls.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task A_client_of_the_applications_own_is_replaced_too()
    {
        var licenzy = new FakeLicenzy();
        await using var app = await GatedApp.StartAsync(
            services => services.AddSingleton<ILicenzyClient>(new FakeLicenzy()).AddLicenzyClient("eu", static _ => { }), services => services.AddFakeLicenzy(licenzy));

        Assert.That(app.Services.GetServices<ILicenzyClient>(), Is.EqualTo(new[] { licenzy }));
        Assert.That(app.Services.GetRequiredKeyedService<ILicenzyClient>("eu"), Is.SameAs(licenzy));
        Assert.That(app.Services.GetRequiredKeyedService<ILicenzyClient>("us"), Is.SameAs(licenzy));
    }

    [Test]
    public void A_named_client_that_comes_later_stops_the_start() =>
        Assert.That(
            async () => await GatedApp.StartAsync(services => services.AddFakeLicenzy(), services => services.AddLicenzyClient("eu", static _ => { })),
            Throws.InvalidOperationException.With.Message.Contains("named 'eu'").And.Message.Contains("AddFakeLicenzy() after"));
}
