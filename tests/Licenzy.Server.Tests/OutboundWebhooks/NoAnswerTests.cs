using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Tests.Engines;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>Why there was no answer: the words of docs/operating.md, each of a receiver that earns it.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class NoAnswerTests(Engine engine) : DispatchFixture(engine)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_receiver_that_takes_no_connection_is_a_connect_timeout()
    {
        // Nobody accepts, and there is room for one to wait: whoever comes next is not even refused.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await waiting.ConnectAsync(full.LocalEndPoint!);
        var endpoint = await EndpointAsync($"http://{full.LocalEndPoint}/");
        await TellAsync(endpoint);
        await RunAsync();

        Assert.That(await WordAsync(endpoint), Is.EqualTo("connect_timeout"));
    }

    [Test]
    public async Task A_receiver_whose_certificate_nobody_vouches_for_is_told_nothing()
    {
        using var certificate = SelfSigned();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var told = ReadAsync(listener, certificate);
        var endpoint = await EndpointAsync($"https://{listener.LocalEndpoint}/");
        await TellAsync(endpoint);
        await RunAsync();

        Assert.That(await WordAsync(endpoint), Is.EqualTo("tls"));
        Assert.That(await told.WaitAsync(Patience), Is.Zero, "bytes of the event");
    }

    [Test]
    public async Task A_secret_that_cannot_be_read_signs_nothing()
    {
        await using var receiver = new Receiver();
        var endpoint = await EndpointAsync(receiver.Url, row => row with { Secret = [.. row.Secret[..^1], (byte)(row.Secret[^1] ^ 1)] });
        await TellAsync(endpoint);
        await RunAsync();

        Assert.That((await WordAsync(endpoint), receiver.Requests.Count), Is.EqualTo(("secret_unreadable", 0)));
    }

    [Test]
    public async Task A_receiver_that_hangs_up_is_a_lost_connection()
    {
        await using var receiver = new Receiver((_, stream, _) => stream.DisposeAsync().AsTask());
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint);
        await RunAsync();

        Assert.That((await WordAsync(endpoint), receiver.Requests.Count), Is.EqualTo(("connection_lost", 1)));
    }

    [Test]
    [NonParallelizable]
    public async Task The_proxy_of_everybody_else_is_not_asked()
    {
        await using var proxy = new Receiver();
        await using var receiver = new Receiver();
        var everybodys = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy("127.0.0.1", proxy.Port);
        try
        {
            // Whose proxy is asked is settled with the first request, so this is a sender of its own.
            using var transport = new WebhookTransport(Server.Services.GetRequiredService<Targets>());
            using var request = new HttpRequestMessage(HttpMethod.Post, receiver.Url) { Content = new ByteArrayContent([1]) };
            Assert.That((await transport.SendAsync(request, Clock.GetUtcNow(), CancellationToken.None)).Status, Is.EqualTo(200));
        }
        finally
        {
            HttpClient.DefaultProxy = everybodys;
        }

        Assert.That((proxy.Requests.Count, receiver.Requests.Count), Is.EqualTo((0, 1)));
    }

    private async Task<string?> WordAsync(EndpointRow endpoint)
    {
        var (delivery, attempt) = (await DeliveryAsync(endpoint), (await AttemptsAsync(endpoint)).Single());
        Assert.That((delivery.Status, delivery.LastHttpStatus, attempt.HttpStatus, attempt.Error), Is.EqualTo(("failed", (long?)null, (long?)null, delivery.LastError)));
        return delivery.LastError;
    }

    // How many bytes came through the encryption.
    private static async Task<int> ReadAsync(TcpListener listener, X509Certificate2 certificate)
    {
        try
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsServerAsync(certificate);
            return await stream.ReadAsync(new byte[1]);
        }
        catch (Exception gone) when (gone is AuthenticationException or IOException)
        {
            return 0;
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }
}
