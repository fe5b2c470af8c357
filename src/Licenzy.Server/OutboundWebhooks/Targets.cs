using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Licenzy.Domain.Webhooks;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>What may be called: the operator's settings and where this server itself listens, and how names become addresses.</summary>
internal sealed class Targets(IOptions<LicenzyServerOptions> options, IServiceProvider services)
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "::1"];
    private static readonly TimeSpan NamePatience = TimeSpan.FromSeconds(5);

    private TargetPolicy? _policy;

    /// <summary>How a name is resolved; a seam, so that a test can change the answer between two questions.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; set; } = Dns.GetHostAddressesAsync;

    /// <summary>The rules of now. Where the server listens is known once it has started; until then it is asked again.</summary>
    public TargetPolicy Policy => _policy ?? Read();

    /// <summary>The addresses of a host if every one of them may be called on the port, else why not.</summary>
    public async Task<(IReadOnlyList<IPAddress> Addresses, TargetFault? Fault)> FindAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = TargetRules.AddressOf(host) is { } literal ? [literal] : await NamedAsync(host, cancellationToken).ConfigureAwait(false);
        if (addresses.Length == 0)
            return ([], TargetFault.Unresolvable);
        // A name with one public and one private address is refused whole: which one is dialled would be chance.
        return addresses.Select(address => TargetRules.OfAddress(address, port, Policy)).FirstOrDefault(fault => fault is not null) is { } fault ? ([], fault) : (addresses, null);
    }

    private async Task<IPAddress[]> NamedAsync(string host, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(NamePatience);
        try
        {
            return await Resolve(host, patience.Token).WaitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return [];
        }
    }

    private TargetPolicy Read()
    {
        var settings = options.Value.OutboundWebhooks;
        var listening = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses.ToList() ?? [];
        var policy = new TargetPolicy
        {
            AllowHttp = settings.AllowHttp,
            AllowedPrivateNetworks = [.. settings.AllowedPrivateNetworks.Select(network => Networks.Find(network)!.Value)],
            AllowedPorts = [.. settings.AllowedPorts],
            Own = [.. Public(options.Value.PublicUrl), .. listening.SelectMany(Own)],
        };
        // Port 0 becomes a port when the server has started.
        if (listening.Count > 0 && policy.Own.All(own => own.Port != 0))
            _policy = policy;
        return policy;
    }

    // Every address of this machine, as it was when the server started.
    private static IEnumerable<string> Here() =>
        [Dns.GetHostName(), .. NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => WithoutZone(one.Address))];

    private static string WithoutZone(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()).ToString() : address.ToString();

    // Behind a public name every port is ours; an address, or this machine's own name, may have other servers on it.
    private static IEnumerable<OwnAddress> Public(Uri? url) =>
        url is null ? [] : [new OwnAddress(url.DnsSafeHost, url.HostNameType == UriHostNameType.Dns && !url.IsLoopback ? null : url.Port)];

    private static IEnumerable<OwnAddress> Own(string listening)
    {
        var binding = BindingAddress.Parse(listening);
        if (binding.IsUnixPipe || binding.IsNamedPipe)
            return [];
        var host = binding.Host.Trim('[', ']');
        if (host is "*" or "+" or "0.0.0.0" or "::")
            return [.. Loopback.Concat(Here()).Select(name => new OwnAddress(name, binding.Port))];
        string[] names = Loopback.Contains(host, StringComparer.OrdinalIgnoreCase) ? host == "localhost" ? Loopback : ["localhost", host] : [host];
        return names.Select(name => new OwnAddress(name, binding.Port));
    }
}
