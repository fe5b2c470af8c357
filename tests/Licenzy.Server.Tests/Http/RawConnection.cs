using System.Net.Sockets;
using System.Text;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Http;

/// <summary>A bare connection, for a request that is sent in pieces, or never to its end.</summary>
public sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new();

    public static async Task<RawConnection> OpenAsync(LicenzyTestServer server)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(server.BaseAddress.Host, server.BaseAddress.Port);
        return connection;
    }

    /// <summary>Sends lines as the head of a request; nothing of a body.</summary>
    public Task SendHeadAsync(params string[] lines) => SendAsync(string.Join("\r\n", lines) + "\r\n\r\n");

    public Task SendAsync(string text) => _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    /// <summary>What has come, as soon as something has; empty where the server has closed.</summary>
    public async Task<string> HearAsync()
    {
        var buffer = new byte[64 * 1024];
        return Encoding.UTF8.GetString(buffer, 0, await _client.GetStream().ReadAsync(buffer));
    }

    public void Dispose() => _client.Dispose();
}
