using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Licenzy.Domain.Webhooks;

/// <summary>
/// Which addresses webhooks are sent to (SECURITY T33, T34, T37). A spelling that two readers could understand differently is refused, so that what was
/// checked is what is called.
/// </summary>
public static class TargetRules
{
    /// <summary>Characters of an address.</summary>
    public const int Longest = 2048;

    private static readonly int[] OrdinaryPorts = [443, 8443];

    /// <summary>What can be told from the text alone; where the host is a name, <see cref="OfAddress"/> has to follow for each of its addresses.</summary>
    public static TargetFault? OfText(string url, Mode mode, TargetPolicy policy)
    {
        if (url.Length > Longest || url.IndexOf("://", StringComparison.Ordinal) is not (> 0 and var colon))
            return TargetFault.Malformed;
        // Nobody sends a fragment, and a blank at either end was pasted along: neither is what somebody meant to be called.
        if (url.Contains('#', StringComparison.Ordinal) || url[0] <= ' ' || url[^1] <= ' ')
            return TargetFault.Malformed;
        var isHttps = url[..colon].Equals("https", StringComparison.OrdinalIgnoreCase);
        if (!isHttps && !(url[..colon].Equals("http", StringComparison.OrdinalIgnoreCase) && policy.AllowHttp && mode == Mode.Test))
            return TargetFault.Scheme;

        var rest = url[(colon + 3)..];
        var authority = rest.IndexOfAny(['/', '?']) is >= 0 and var end ? rest[..end] : rest;
        if (authority.Contains('@', StringComparison.Ordinal))
            return TargetFault.UserInfo;
        if (Split(authority) is not { } parts || !IsHost(parts.Host))
            return TargetFault.Host;
        if (PortOf(parts.Port, isHttps) is not { } port)
            return TargetFault.Port;
        // The last word has the reader that the sender uses: it must have understood the same.
        if (url.Any(letter => letter is <= ' ' or > '~' or '\\') || !Uri.TryCreate(url, UriKind.Absolute, out var read) || read.Port != port || !IsSame(read.DnsSafeHost, parts.Host))
            return TargetFault.Malformed;

        if (policy.Own.Any(own => IsSame(own.Host, parts.Host) && (own.Port ?? port) == port))
            return TargetFault.OwnHost;
        return AddressOf(parts.Host) is { } address ? OfAddress(address, port, policy) : null;
    }

    /// <summary>Whether an address may be called on a port.</summary>
    public static TargetFault? OfAddress(IPAddress address, int port, TargetPolicy policy)
    {
        var real = Networks.Real(address);
        // All of 127.0.0.0/8 leads to who listens on every address, and whoever dials 0.0.0.0 dials loopback.
        var isHere = IPAddress.IsLoopback(real) || real.Equals(IPAddress.Any) || real.Equals(IPAddress.IPv6Any);
        if (policy.Own.Any(own => own.Port == port && IPAddress.TryParse(own.Host, out var ours) && (Networks.Real(ours).Equals(real) || (isHere && IPAddress.IsLoopback(ours)))))
            return TargetFault.OwnHost;
        if (policy.AllowedPrivateNetworks.Any(network => network.Contains(real)))
            return null;
        if (Networks.IsSpecial(real))
            return TargetFault.PrivateAddress;
        return OrdinaryPorts.Contains(port) || policy.AllowedPorts.Contains(port) || (policy.AllowHttp && port == 80) ? null : TargetFault.Port;
    }

    /// <summary>The address, where a host is one and no name; brackets around IPv6 are left away.</summary>
    public static IPAddress? AddressOf(string host) => IPAddress.TryParse(host.Trim('[', ']'), out var address) ? address : null;

    private static (string Host, string? Port)? Split(string authority)
    {
        if (authority.StartsWith('['))
        {
            var end = authority.IndexOf(']', StringComparison.Ordinal);
            return end < 0 || (end + 1 < authority.Length && authority[end + 1] != ':') ? null
                : (authority[..(end + 1)], end + 1 < authority.Length ? authority[(end + 2)..] : null);
        }

        var colon = authority.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (authority, null) : (authority[..colon], authority[(colon + 1)..]);
    }

    private static int? PortOf(string? text, bool isHttps) =>
        text is null ? isHttps ? 443 : 80
            : text is { Length: <= 5 } && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue ? port
            : null;

    private static bool IsHost(string host)
    {
        if (host.StartsWith('['))
            return !host.Contains('%', StringComparison.Ordinal) && AddressOf(host) is { AddressFamily: AddressFamily.InterNetworkV6 };
        var labels = host.Split('.');
        if (host.Length > 253 || !labels.All(IsLabel))
            return false;
        // Readers take a number at the end for IPv4, in octal, in hexadecimal or with parts left out too: only the plain spelling is one to all of them.
        var last = labels[^1];
        return (!last.All(char.IsAsciiDigit) && !last.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) || IPAddress.TryParse(host, out var address) && address.ToString() == host;
    }

    private static bool IsLabel(string label) => label.Length is > 0 and <= 63 && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    private static bool IsSame(string one, string other) =>
        one.Equals(other, StringComparison.OrdinalIgnoreCase) || (AddressOf(one) is { } address && address.Equals(AddressOf(other)));
}
