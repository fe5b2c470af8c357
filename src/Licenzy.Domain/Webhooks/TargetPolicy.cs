using System.Net;

namespace Licenzy.Domain.Webhooks;

/// <summary>What the operator of the server lets endpoints be.</summary>
public sealed record TargetPolicy
{
    /// <summary>Whether <c>http://</c> is taken, in test mode.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Networks that may be called although they are not public, on any port.</summary>
    public IReadOnlyList<IPNetwork> AllowedPrivateNetworks { get; init; } = [];

    /// <summary>Ports besides 443 and 8443, and 80 where http is taken.</summary>
    public IReadOnlyList<int> AllowedPorts { get; init; } = [];

    /// <summary>Where this server itself is reached.</summary>
    public IReadOnlyList<OwnAddress> Own { get; init; } = [];
}

/// <summary>An address of this server, which must not call itself (SECURITY T37).</summary>
/// <param name="Host">A name, or an address as text.</param>
/// <param name="Port">The port; <see langword="null"/> for every one.</param>
public sealed record OwnAddress(string Host, int? Port);

/// <summary>Why an address cannot be an endpoint's.</summary>
/// <param name="Code">Which rule: <c>url_…</c>, stable.</param>
/// <param name="Message">What to write instead. It never tells what a name leads to.</param>
public sealed record TargetFault(string Code, string Message)
{
    /// <summary>Not an absolute address, too long, with a fragment, or with characters that belong into none.</summary>
    public static TargetFault Malformed { get; } = new("url_malformed", $"Write an absolute https address in ASCII, of at most {TargetRules.Longest} characters, without blanks and without a fragment (#…), with other characters percent-encoded.");

    /// <summary>Another scheme, or http where it is not taken.</summary>
    public static TargetFault Scheme { get; } = new("url_scheme", "Write an https address. http is taken in test mode only, and only where the server's operator set Licenzy:OutboundWebhooks:AllowHttp.");

    /// <summary>A name and password in the address.</summary>
    public static TargetFault UserInfo { get; } = new("url_userinfo", "Leave out what stands before the @. Deliveries are authenticated by their signature.");

    /// <summary>A host that is no plain name or address.</summary>
    public static TargetFault Host { get; } = new("url_host", "Write the host as a name in ASCII (xn--… for other scripts) without a dot at its end, or as a plain address: four decimal numbers, or IPv6 in brackets.");

    /// <summary>A port that is not called.</summary>
    public static TargetFault Port { get; } = new("url_port", "Use port 443 or 8443, or one that the server's operator listed in Licenzy:OutboundWebhooks:AllowedPorts.");

    /// <summary>Not an address of the public internet.</summary>
    public static TargetFault PrivateAddress { get; } = new("url_private_address", "The host must lead to public addresses only. The server's operator can open a private network with Licenzy:OutboundWebhooks:AllowedPrivateNetworks.");

    /// <summary>This server.</summary>
    public static TargetFault OwnHost { get; } = new("url_own_host", "The address is this server's own. Write your application's.");

    /// <summary>A name without an address.</summary>
    public static TargetFault Unresolvable { get; } = new("url_unresolvable", "The host's name has no address, or its name server did not answer in time. Check its spelling and try again.");
}
