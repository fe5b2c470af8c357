using System.Net;

namespace Licenzy.Domain.Webhooks;

/// <summary>The addresses that are not the public internet's (SECURITY T33): whoever could make us call them would call from inside.</summary>
public static class Networks
{
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // IPv4 within IPv6: what is mapped is judged as IPv4; translated and tunnelled forms are refused whole.
            "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16",
            "100::/64", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Whether an address is outside the public internet.</summary>
    public static bool IsSpecial(IPAddress address)
    {
        var real = Real(address);
        return Special.Any(network => network.Contains(real));
    }

    /// <summary>An IPv4 address that is written as IPv6 is what it is.</summary>
    public static IPAddress Real(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Reads <c>10.0.0.0/8</c>, <c>fd00::/8</c>, or an address alone. Bits behind the mask are a mistake: one host was meant, and a whole network would be open.</summary>
    public static IPNetwork? Find(string? text) =>
        IPNetwork.TryParse(text, out var network) ? IPAddress.TryParse(text.AsSpan(0, text!.IndexOf('/', StringComparison.Ordinal)), out var written) && written.Equals(network.BaseAddress) ? network : null
            : IPAddress.TryParse(text, out var one) ? new IPNetwork(one, one.GetAddressBytes().Length * 8)
            : null;
}
