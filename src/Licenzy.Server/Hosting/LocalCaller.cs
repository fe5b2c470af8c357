using System.Net;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Hosting;

/// <summary>Whether a request comes from this very machine, and not through a proxy on it from somewhere else.</summary>
internal static class LocalCaller
{
    private static readonly string[] OfProxies = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-For", "X-Real-IP", "Via"];

    public static bool Is(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IsLoopback(address) && !OfProxies.Any(context.Request.Headers.ContainsKey);

    /// <summary>Whether an address is this machine's own: of a program on it, or of a proxy on it that may speak for anybody.</summary>
    public static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
