using System.Net;
using Licenzy.Domain;
using Licenzy.Domain.Webhooks;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Tests.Engines;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>What is asked when an endpoint is saved, and again when it is dialled (SECURITY T33, T37). The text's own table is in Licenzy.Domain.Tests.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class TargetCheckTests(Engine engine) : DispatchFixture(engine)
{
    private readonly Dictionary<string, IPAddress[]> _names = [];

    private TargetCheck Check => Server.Services.GetRequiredService<TargetCheck>();

    [OneTimeSetUp]
    public void AnswerNames() => Server.Services.GetRequiredService<Targets>().Resolve = (name, _) => Task.FromResult(_names.GetValueOrDefault(name) ?? []);

    protected override LicenzyTestServerOptions Options()
    {
        var options = base.Options();
        options.Configure += server => server.PublicUrl = new Uri("https://licenzy.example.com/");
        return options;
    }

    [Test]
    public async Task Every_address_of_a_name_must_be_one_that_may_be_called()
    {
        Name("good.test", "93.184.215.14", "2606:2800:21f:cb07::1");
        Name("inside.test", "10.0.0.7");
        Name("both.test", "93.184.215.14", "169.254.169.254");
        Name("six.test", "::ffff:10.0.0.7");

        Assert.That(await CodeAsync("https://good.test/hooks"), Is.Null);
        Assert.That(await CodeAsync("https://good.test:9000/hooks"), Is.EqualTo("url_port"));
        Assert.That(await CodeAsync("https://inside.test/hooks"), Is.EqualTo("url_private_address"));
        Assert.That(await CodeAsync("https://both.test/hooks"), Is.EqualTo("url_private_address"));
        Assert.That(await CodeAsync("https://six.test/hooks"), Is.EqualTo("url_private_address"));
        Assert.That(await CodeAsync("https://nowhere.test/hooks"), Is.EqualTo("url_unresolvable"));
        Assert.That(await CodeAsync("http://good.test/hooks", Mode.Live), Is.EqualTo("url_scheme"));
        Assert.That(await CodeAsync("https://2130706433/"), Is.EqualTo("url_host"));
        Assert.That(await CodeAsync("https://licenzy.example.com/v1/webhooks/stripe/tenant"), Is.EqualTo("url_own_host"));
    }

    [Test]
    public async Task This_server_does_not_call_itself_under_the_addresses_it_listens_on()
    {
        Name("me.test", "127.0.0.1");
        var port = Server.BaseAddress.Port;

        Assert.That(await CodeAsync($"http://127.0.0.1:{port}/v1/webhooks/stripe/tenant"), Is.EqualTo("url_own_host"));
        Assert.That(await CodeAsync($"http://[::ffff:127.0.0.1]:{port}/"), Is.EqualTo("url_own_host"));
        Assert.That(await CodeAsync($"http://me.test:{port}/"), Is.EqualTo("url_own_host"));
        Assert.That(await CodeAsync($"http://127.0.0.1:{(port == 65535 ? 1024 : port + 1)}/"), Is.Null);
    }

    [Test]
    public async Task A_name_that_leads_inside_after_it_was_saved_is_not_dialled()
    {
        await using var receiver = new Receiver();
        Name("turncoat.test", "127.0.0.1");
        var url = receiver.Url.Replace("127.0.0.1", "turncoat.test", StringComparison.Ordinal);
        Assert.That(await CodeAsync(url), Is.Null);
        var endpoint = await EndpointAsync(url);
        await TellAsync(endpoint);
        await RunAsync();
        Assert.That((await DeliveryAsync(endpoint)).Status, Is.EqualTo("sent"));

        var other = await EndpointAsync(url.Replace("turncoat", "turned", StringComparison.Ordinal));
        Name("turned.test", "127.0.0.1");
        Assert.That(await CodeAsync(other.Url), Is.Null);
        foreach (var inside in new[] { "10.0.0.1", "169.254.169.254", "::1", "0.0.0.0" })
        {
            Name("turned.test", inside);
            await TellAsync(other);
            await RunAsync();
        }

        Assert.That(await DeliveriesAsync(other), Has.Exactly(4).Items.And.All.Property("LastError").EqualTo("url_private_address").And.All.Property("Status").EqualTo("failed"));
        Name("turned.test", "127.0.0.1", "10.0.0.1");
        await TellAsync(other);
        await RunAsync();
        Assert.That((await DeliveriesAsync(other)).Count(delivery => delivery.Attempts == 1 && delivery.LastError == "url_private_address"), Is.EqualTo(5));
        Assert.That(receiver.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_name_server_that_does_not_answer_is_not_waited_for_long()
    {
        var targets = new Targets(Server.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<LicenzyServerOptions>>(), Server.Services)
        {
            Resolve = (_, _) => new TaskCompletionSource<IPAddress[]>().Task,
        };

        Assert.That((await targets.FindAsync("slow.test", 443, CancellationToken.None)).Fault, Is.EqualTo(TargetFault.Unresolvable));
    }

    private void Name(string name, params string[] addresses) => _names[name] = [.. addresses.Select(IPAddress.Parse)];

    private async Task<string?> CodeAsync(string url, Mode mode = Mode.Test) => (await Check.CheckAsync(url, mode, CancellationToken.None))?.Code;
}
