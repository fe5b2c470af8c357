using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>A server that listens on every address of its machine is at each of them, though private networks are open (SECURITY T37).</summary>
public sealed class OwnAddressTests
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("licenzy-own-");
    private readonly LicenzyTestServerOptions _options = new();
    private WebApplication _app = null!;
    private Wire _wire = null!;

    private int Port => new Uri(_app.Urls.Single()).Port;

    [OneTimeSetUp]
    public async Task StartServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://0.0.0.0:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddLicenzyServer(server =>
        {
            (server.DataDirectory, server.EncryptionKey) = (_folder.FullName, _options.EncryptionKey);
            (server.Bootstrap.AdminKey, server.Bootstrap.TestKey, server.Bootstrap.LiveKey) = (_options.AdminKey, _options.TestKey, _options.LiveKey);
            server.OutboundWebhooks.AllowHttp = true;
            foreach (var network in new[] { "0.0.0.0/0", "::/0" })
                server.OutboundWebhooks.AllowedPrivateNetworks.Add(network);
        });
        _app = builder.Build();
        _app.UseRouting();
        _app.MapLicenzy();
        await _app.StartAsync();
        _wire = new Wire(new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}") });
        _wire.Http.DefaultRequestHeaders.Authorization = new("Bearer", _options.TestKey);
    }

    [OneTimeTearDown]
    public async Task StopServer()
    {
        _wire?.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [TestCase("127.0.0.1")]
    [TestCase("127.0.0.2")]
    [TestCase("127.255.255.254")]
    [TestCase("[::1]")]
    [TestCase("[::ffff:127.0.0.2]")]
    [TestCase("localhost")]
    [TestCase("0.0.0.0")]
    [TestCase("[::]")]
    public async Task No_loopback_address_leads_back_to_it(string host)
    {
        Assert.That(await SavedAsync(host, Port), Is.EqualTo((400, "url_own_host")));
        Assert.That((await SavedAsync(host, AnotherPort())).Status, Is.EqualTo(200), "another port is another's");
    }

    [Test]
    public async Task No_address_of_the_machine_leads_back_to_it()
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Select(one => one.Address).Where(address => address.AddressFamily == AddressFamily.InterNetwork).ToList();
        Assert.That(addresses, Is.Not.Empty);
        foreach (var address in addresses)
        {
            Assert.That(await SavedAsync($"{address}", Port), Is.EqualTo((400, "url_own_host")), $"{address}");
            Assert.That(await SavedAsync($"[{address.MapToIPv6()}]", Port), Is.EqualTo((400, "url_own_host")), $"{address}");
        }
    }

    private int AnotherPort() => Port == IPEndPoint.MaxPort ? Port - 1 : Port + 1;

    private async Task<(int Status, string? Error)> SavedAsync(string host, int port)
    {
        var answer = await _wire.SendAsync(HttpMethod.Put, "/v1/webhooks/endpoint", new JsonObject { ["url"] = $"http://{host}:{port}/hooks" });
        return (answer.Status, answer.Status == 200 ? null : answer.Error);
    }
}
