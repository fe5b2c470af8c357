using Licenzy.Packages.Tests.Stubs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Licenzy.Packages.Tests.Client;

public sealed class Settings
{
    private const string Secret = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

    private static readonly Action<LicenzyClientOptions> Right = options => (options.BaseAddress, options.ApiKey) = (new Uri("https://licenzy.example"), Clients.Key);

    private static readonly TestCaseData[] Wrong =
    [
        Refused("no address", options => options.BaseAddress = null, "Licenzy:BaseAddress is not set", "https://licenzy.example.com"),
        Refused("a relative address", options => options.BaseAddress = new("licenzy.example", UriKind.Relative), "Licenzy:BaseAddress is 'licenzy.example'", "whole address"),
        Refused("another scheme", options => options.BaseAddress = new("ftp://licenzy.example"), "Licenzy:BaseAddress is 'ftp://licenzy.example'", "https://"),
        Refused("http to another machine", options => options.BaseAddress = new("http://10.0.0.7:5080"), "Licenzy:BaseAddress is 'http://10.0.0.7:5080/'", "Use https://"),
        Refused("a query", options => options.BaseAddress = new("https://licenzy.example/?a=b"), "Licenzy:BaseAddress", "Remove what follows the path"),
        Refused("a password", options => options.BaseAddress = new($"https://me:{Secret}@licenzy.example"), "Licenzy:BaseAddress holds a user name or password", "Remove it"),
        Refused("no key", options => options.ApiKey = "", "Licenzy:ApiKey is not set", "lz_test_… or lz_live_…"),
        Refused("an admin key", options => options.ApiKey = "lz_admin_" + Secret, "Licenzy:ApiKey begins with 'lz_admin_'", "lz_test_… or lz_live_…"),
        Refused("a Stripe key", options => options.ApiKey = "sk_live_" + Secret, "Licenzy:ApiKey begins with 'sk_live_'", "lz_test_… or lz_live_…"),
        Refused("no key at all", options => options.ApiKey = Secret, "Licenzy:ApiKey begins with 'something else'", "lz_test_… or lz_live_…"),
        Refused("a line end behind the key", options => options.ApiKey = "lz_test_" + Secret + "\n", "Licenzy:ApiKey holds a blank, a line end", "the key alone"),
        Refused("no time at all", options => options.TotalTimeout = TimeSpan.Zero, "Licenzy:TotalTimeout is 00:00:00", "Set it between"),
        Refused("a try longer than the call", options => options.AttemptTimeout = TimeSpan.FromMinutes(1), "Licenzy:AttemptTimeout is 00:01:00", "TotalTimeout, 00:00:30"),
        Refused("too many tries", options => options.MaxRetries = 11, "Licenzy:MaxRetries is 11", "between 0 and 10"),
        Refused("a wait before the call", options => options.RetryDelay = TimeSpan.FromSeconds(-1), "Licenzy:RetryDelay is -00:00:01", "between"),
        Refused("a negative bound", options => options.MaxRetryAfter = TimeSpan.FromSeconds(-1), "Licenzy:MaxRetryAfter is -00:00:01", "between"),
    ];

    private static TestCaseData Refused(string what, Action<LicenzyClientOptions> make, string named, string fix) =>
        new TestCaseData(make, named, fix).SetArgDisplayNames(what);

    [TestCaseSource(nameof(Wrong))]
    public void A_wrong_setting_stops_the_start_and_its_message_names_it_and_the_fix(Action<LicenzyClientOptions> make, string named, string fix)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLicenzyClient(Right + make);
        using var host = builder.Build();

        var refusal = Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())!;

        Assert.That(refusal.ToString(), Does.Contain(named).And.Contain(fix).And.Not.Contain(Secret));
    }

    [Test]
    public async Task Right_settings_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLicenzyClient(Right);
        builder.Services.AddLicenzyPortalClient(options => (options.BaseAddress, options.AdminKey) = (new Uri("http://localhost:5080"), Clients.AdminKey));
        using var host = builder.Build();

        await host.StartAsync();

        Assert.That(host.Services.GetService<ILicenzyClient>(), Is.InstanceOf<LicenzyClient>());
        Assert.That(host.Services.GetService<ILicenzyPortalClient>(), Is.InstanceOf<LicenzyPortalClient>());
    }

    [Test]
    public void A_client_without_a_container_checks_its_settings_too()
    {
        Assert.That(() => LicenzyClient.Create(new()), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Licenzy:ApiKey is not set"));
        Assert.That(
            () => LicenzyPortalClient.Create(new() { BaseAddress = new("https://licenzy.example"), AdminKey = "lz_test_" + Secret }),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Licenzy:AdminKey begins with 'lz_test_'. Set it to lz_admin_…"));
    }

    [Test]
    public async Task Settings_come_from_the_section_Licenzy()
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(503, "unavailable"));
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Licenzy:BaseAddress"] = stub.Address.ToString(),
            ["Licenzy:ApiKey"] = Clients.Key,
            ["Licenzy:AdminKey"] = Clients.AdminKey,
            ["Licenzy:MaxRetries"] = "1",
            ["Licenzy:RetryDelay"] = "00:00:00",
        });
        builder.Services.AddLicenzyClient();
        builder.Services.AddLicenzyPortalClient();
        using var host = builder.Build();
        await host.StartAsync();

        Assert.ThrowsAsync<LicenzyApiException>(() => host.Services.GetRequiredService<ILicenzyClient>().CheckAccessAsync("user_123"));
        Assert.ThrowsAsync<LicenzyApiException>(() => host.Services.GetRequiredService<ILicenzyPortalClient>().GetContextAsync());
        Assert.That(
            stub.Heard.Select(heard => heard.Headers.Authorization.ToString()),
            Is.EqualTo(new[] { "Bearer " + Clients.Key, "Bearer " + Clients.Key, "Bearer " + Clients.AdminKey, "Bearer " + Clients.AdminKey }));
    }

    [Test]
    public async Task Named_clients_have_their_own_address_and_key()
    {
        await using var eu = await Stub.StartAsync(Answers.Json(Answers.Allowed));
        await using var us = await Stub.StartAsync(Answers.Json(Answers.Allowed));
        var services = new ServiceCollection();
        services.AddLicenzyClient("eu", options => (options.BaseAddress, options.ApiKey) = (eu.Address, Clients.Key));
        services.AddLicenzyClient("us", options => (options.BaseAddress, options.ApiKey) = (us.Address, "lz_live_us"));
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredKeyedService<ILicenzyClient>("us").CheckAccessAsync("user_123");

        Assert.That((eu.Heard.Count, us.Heard.Single().Headers.Authorization.ToString()), Is.EqualTo((0, "Bearer lz_live_us")));
        Assert.That(provider.GetService<ILicenzyClient>(), Is.Null);
    }

    [Test]
    public void A_named_clients_message_says_which()
    {
        var services = new ServiceCollection();
        services.AddLicenzyClient("eu", options => options.ApiKey = Clients.Key);
        using var provider = services.BuildServiceProvider();

        Assert.That(
            () => provider.GetRequiredKeyedService<ILicenzyClient>("eu"),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Licenzy client 'eu': BaseAddress is not set"));
    }

    [Test]
    public async Task Registered_twice_it_retries_once()
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(503, "unavailable"));
        var services = new ServiceCollection();
        for (var time = 0; time < 2; time++)
        {
            services.AddLicenzyClient(options =>
                (options.BaseAddress, options.ApiKey, options.MaxRetries, options.RetryDelay) = (stub.Address, Clients.Key, 2, TimeSpan.Zero));
        }

        await using var provider = services.BuildServiceProvider();

        Assert.ThrowsAsync<LicenzyApiException>(() => provider.GetRequiredService<ILicenzyClient>().CheckAccessAsync("user_123"));
        Assert.That(stub.Heard, Has.Count.EqualTo(3));
    }
}
