using System.Net;
using System.Net.Sockets;

namespace Licenzy.Cli.Tests;

/// <summary>An address nobody listens on, for a process that must be told where to listen.</summary>
internal static class FreePort
{
    public static Uri Address()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
