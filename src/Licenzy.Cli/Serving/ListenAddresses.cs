using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Cli.Serving;

/// <summary>
/// Where the server may be told to listen. Asked before anything is opened or made: the web server itself looks at its addresses last, takes a name
/// that is not an address for every interface, and an empty text for a port of its own.
/// </summary>
internal static class ListenAddresses
{
    private const int HighestPort = 65535;

    /// <summary>What is wrong with the addresses, and the fix; <see langword="null"/> where nothing is.</summary>
    public static string? Problem(string urls)
    {
        var addresses = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return addresses is [] ? $"--urls is empty. Name an address such as {ServerHost.DefaultUrls}, or leave it out." : addresses.Select(Wrong).FirstOrDefault(wrong => wrong is not null);
    }

    private static string? Wrong(string text)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(text);
        }
        catch (FormatException)
        {
            return Malformed(text);
        }

        if (!string.Equals(address.Scheme, "http", StringComparison.OrdinalIgnoreCase))
        {
            return $"--urls has '{text}', and this server speaks http alone. Listen on {ServerHost.DefaultUrls}, put a proxy that adds TLS before it, and name the outside address with --public-url.";
        }

        if (address.IsUnixPipe || address.IsNamedPipe)
        {
            return null;
        }

        return address.PathBase.Length > 0 ? $"--urls has '{text}', and an address to listen on has no path: leave {address.PathBase} out."
            : address.Port is < 0 or > HighestPort ? $"--urls has '{text}', and a port is a number from 0 to {HighestPort}."
            : Host(text, address);
    }

    private static string? Host(string text, BindingAddress address)
    {
        if (string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            return address.Port == 0 ? $"--urls has '{text}': only an address can have a free port chosen for it. Write http://127.0.0.1:0." : null;
        }

        // Said in so many words, every interface is what is wanted.
        if (address.Host is "*" or "+" || IsAddress(address.Host))
        {
            return null;
        }

        return Uri.CheckHostName(address.Host) == UriHostNameType.Dns
            ? $"--urls has '{text}', and a server listens on addresses, not on names: use 127.0.0.1 for this machine alone, 0.0.0.0 for every interface, or one interface's address. The name that others reach it by goes to --public-url."
            : Malformed(text);
    }

    private static bool IsAddress(string host) => host.StartsWith('[') && host.EndsWith(']')
        ? IPAddress.TryParse(host[1..^1], out var six) && six.AddressFamily == AddressFamily.InterNetworkV6
        : Uri.CheckHostName(host) == UriHostNameType.IPv4;

    private static string Malformed(string text) => $"--urls has '{text}', which is not an address to listen on; give one such as {ServerHost.DefaultUrls}.";
}
