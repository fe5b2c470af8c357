using System.Net;
using System.Text.Json.Nodes;

namespace Licenzy.Server.Tests.Changes;

/// <summary>One event of the stream, as it came.</summary>
public sealed record HeardChange(string? Id, string? Type, JsonNode? Data, string? Comment);

/// <summary>Reads <c>GET /v1/changes</c> line by line, so that a test sees the stream and not our own client's idea of it.</summary>
public sealed class ChangeListener : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private ChangeListener(HttpResponseMessage response, StreamReader lines) => (_response, _lines) = (response, lines);

    public HttpStatusCode Status => _response.StatusCode;

    public HttpResponseMessage Response => _response;

    public static async Task<ChangeListener> OpenAsync(HttpClient http, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/changes");
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new ChangeListener(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next event or comment; <see langword="null"/> at the end.</summary>
    public async Task<HeardChange?> NextAsync()
    {
        var heard = new HeardChange(null, null, null, null);
        using var patience = new CancellationTokenSource(Patience);
        while (await _lines.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Length == 0)
                return heard;
            var (name, value) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].TrimStart());
            heard = name switch
            {
                "" => heard with { Comment = value },
                "id" => heard with { Id = value },
                "event" => heard with { Type = value },
                "data" => heard with { Data = JsonNode.Parse(value) },
                _ => heard,
            };
        }

        return null;
    }

    /// <summary>The next event that is no comment.</summary>
    public async Task<HeardChange> ChangeAsync()
    {
        while (await NextAsync() is { } heard)
        {
            if (heard.Data is not null)
                return heard;
        }

        throw new AssertionException("The stream ended.");
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }
}
