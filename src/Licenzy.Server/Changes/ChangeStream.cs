using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Licenzy.Domain;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Changes;

/// <summary>The answer of <c>GET /v1/changes</c>, event by event.</summary>
internal sealed class ChangeStream(HttpResponse response, FeedPosition positions, Scope scope)
{
    public Scope Scope => scope;

    public Task CommentAsync(string comment, CancellationToken cancellationToken) => SendAsync($": {comment}\n\n", cancellationToken);

    /// <summary>From here on; the position is told at once, so that a connection cut before the first change is resumed without a reset.</summary>
    public Task BeginAsync(long position, CancellationToken cancellationToken) =>
        SendAsync($": following changes from now\nid: {positions.Show(scope, position)}\n\n", cancellationToken);

    /// <summary>Drop everything: what happened up to the position is not told one by one.</summary>
    public Task ResetAsync(long position, CancellationToken cancellationToken) =>
        SendAsync(Reset(position), cancellationToken);

    public async Task ChangesAsync(IEnumerable<ChangeRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            if (row.SubjectRef is not { } subjectRef)
            {
                await response.WriteAsync(Reset(row.Position), cancellationToken).ConfigureAwait(false);
                continue;
            }

            var data = JsonSerializer.Serialize(new ChangeMessage(subjectRef, row.Version ?? 0, TimeOf(row.NextChangeInRealTime)), ChangeJson.Default.ChangeMessage);
            await response.WriteAsync($"id: {positions.Show(scope, row.Position)}\ndata: {data}\n\n", cancellationToken).ConfigureAwait(false);
        }

        await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private string Reset(long position) => $"event: reset\nid: {positions.Show(scope, position)}\ndata: {{}}\n\n";

    // As in every body: ISO 8601, UTC, Z.
    private static string? TimeOf(long? millis) => Instant.Of(millis)?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    private async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, cancellationToken).ConfigureAwait(false);
        await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>A change as it is told.</summary>
internal sealed record ChangeMessage(string SubjectRef, long Version, string? NextChangeAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ChangeMessage))]
internal sealed partial class ChangeJson : JsonSerializerContext;
