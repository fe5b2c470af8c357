using Licenzy.Server.Starting;
using Licenzy.Server.Tests.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Tests.Starting;

/// <summary>What stands in the configuration and means nothing is refused: whoever wrote it believes that it holds.</summary>
public sealed class WrittenSettingsTests
{
    [TestCase("OutboundWebhooks:AllowedPorts:0", "abc", "Licenzy:OutboundWebhooks:AllowedPorts:0 is 'abc'. It takes a whole number, such as 9443.")]
    [TestCase("OutboundWebhooks:AllowedPorts:0", "", "Licenzy:OutboundWebhooks:AllowedPorts:0 is ''. It takes a whole number")]
    [TestCase("OutboundWebhooks:AllowedPorts:1", "99999999999", "Licenzy:OutboundWebhooks:AllowedPorts:1 is '99999999999'")]
    [TestCase("OutboundWebhooks:Schedule:0", "5m", "Licenzy:OutboundWebhooks:Schedule:0 is '5m'. It takes a time span, such as 00:05:00 for five minutes.")]
    [TestCase("OutboundWebhooks:Schedule:0:Delay", "00:05:00", "Licenzy:OutboundWebhooks:Schedule:0 is ''")]
    [TestCase("OutboundWebhooks:AllowedPrivateNetworks", "127.0.0.0/8", "Licenzy:OutboundWebhooks:AllowedPrivateNetworks is '127.0.0.0/8'. It is a list", "Licenzy__OutboundWebhooks__AllowedPrivateNetworks__0")]
    [TestCase("OutboundWebhooks:AllowHttps", "true", "Licenzy:OutboundWebhooks:AllowHttps is not a setting", "Licenzy:OutboundWebhooks:AllowHttp, ")]
    [TestCase("Stripe:Base", "https://x", "Licenzy:Stripe:Base is not a setting", "Licenzy:Stripe:ApiBase")]
    [TestCase("PublicUrl:0", "https://x", "Licenzy:PublicUrl:0 is not a setting: Licenzy:PublicUrl takes one value.")]
    [TestCase("OutboundWebhooks", "true", "Licenzy:OutboundWebhooks has a value, but is a group of settings. It takes: Licenzy:OutboundWebhooks:Enabled")]
    public void What_would_be_passed_over_is_refused_with_its_name_and_the_fix(string setting, string value, params string[] words)
    {
        var failure = Validated((setting, value)).Failures!.Single();
        foreach (var word in words)
            Assert.That(failure, Does.Contain(word));
    }

    [Test]
    public void A_value_that_may_be_a_secret_is_not_repeated() =>
        Assert.That(Validated(("Bootstrap", "hunter2")).FailureMessage, Does.Contain("Licenzy:Bootstrap has a value").And.Not.Contain("hunter2"));

    [Test]
    public void All_that_is_known_is_taken_whatever_its_case() => Assert.That(
        Validated(
            ("outboundwebhooks:allowhttp", "true"), ("OutboundWebhooks:AllowedPorts:0", "9443"), ("OutboundWebhooks:AllowedPrivateNetworks:0", "10.0.0.0/8"),
            ("OutboundWebhooks:Schedule:0", "00:05:00"), ("PublicUrl", "https://licenzy.example.com"), ("RenewalLeewayHours", "1.5")).Succeeded,
        Is.True);

    [Test]
    public void It_keeps_the_server_from_starting()
    {
        using var services = new ServiceCollection().AddSingleton(Configuration(("OutboundWebhooks:AllowedPorts:0", "abc"))).AddLogging().AddLicenzyServer().BuildServiceProvider();
        Assert.That(() => services.GetRequiredService<IStartupValidator>().Validate(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("AllowedPorts:0 is 'abc'"));
    }

    [Test]
    public async Task A_name_right_below_the_section_may_be_the_applications_and_is_warned_of()
    {
        using var logs = new CapturedLogs();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        var written = new WrittenSettings(Configuration(("ApiKey", "lz_test_x"), ("webhooks:Secret", "whsec_x"), ("Snapshots", "5"), ("Snapshot", "hunter2")), factory.CreateLogger<WrittenSettings>());

        Assert.That(written.Validate(null, new LicenzyServerOptions()).Succeeded, Is.True);
        await written.StartAsync(CancellationToken.None);

        Assert.That(logs.Lines.Single(), Does.Contain("Warning Licenzy:Snapshot is not a setting of this server").And.Not.Contain("hunter2"));
    }

    [Test]
    public void What_the_clients_read_there_is_known() => Assert.That(
        WrittenSettings.OfClients,
        Is.EquivalentTo(new[] { typeof(LicenzyClientOptions), typeof(LicenzyPortalClientOptions) }.SelectMany(type => type.GetProperties()).Select(property => property.Name).Append("Webhooks").Distinct()));

    private static ValidateOptionsResult Validated(params (string Setting, string Value)[] settings) =>
        new WrittenSettings(Configuration(settings), NullLogger<WrittenSettings>.Instance).Validate(null, new LicenzyServerOptions());

    private static IConfiguration Configuration(params (string Setting, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(one => new KeyValuePair<string, string?>($"Licenzy:{one.Setting}", one.Value)))
        .Build();
}
