using System.Net.Sockets;
using System.Text;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Http;

/// <summary>What came back over a bare socket.</summary>
public sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Text)
{
    public System.Text.Json.Nodes.JsonNode Json => System.Text.Json.Nodes.JsonNode.Parse(Text)!;
}

/// <summary>HTTP as typed: .NET's own client would tidy the target, the headers and the body up before they leave.</summary>
public static class RawHttp
{
    public static Task<RawAnswer> GetAsync(LicenzyTestServer server, string target, string? key = null) =>
        SendAsync(server, "GET", target, key is null ? [] : [$"Authorization: Bearer {key}"], null);

    public static async Task<RawAnswer> SendAsync(LicenzyTestServer server, string method, string target, IEnumerable<string> headers, byte[]? body)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.BaseAddress.Host, server.BaseAddress.Port);
        var stream = socket.GetStream();
        List<string> head = [$"{method} {target} HTTP/1.1", $"Host: {server.BaseAddress.Authority}", "Connection: close", .. headers];
        if (body is not null)
        {
            head.Add($"Content-Length: {body.Length}");
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Join("\r\n", head) + "\r\n\r\n"));
        if (body is not null)
        {
            await stream.WriteAsync(body);
        }

        return Read(await ToEndAsync(stream));
    }

    private static async Task<string> ToEndAsync(NetworkStream stream)
    {
        using var all = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer) is > 0 and var count)
        {
            all.Write(buffer, 0, count);
            // A stream of events has no end of its own.
            if (all.Length < 4096 && Encoding.UTF8.GetString(all.ToArray()) is var text && text.Contains("\r\n\r\n", StringComparison.Ordinal) && text.Contains("text/event-stream", StringComparison.Ordinal))
                return text;
        }

        return Encoding.UTF8.GetString(all.ToArray());
    }

    private static RawAnswer Read(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var head = text[..end].Split("\r\n");
        var headers = head.Skip(1).Select(line => line.Split(": ", 2))
            .GroupBy(parts => parts[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => string.Join(",", group.Select(parts => parts[1])), StringComparer.OrdinalIgnoreCase);
        return new RawAnswer(int.Parse(head[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), headers, text[(end + 4)..]);
    }
}
