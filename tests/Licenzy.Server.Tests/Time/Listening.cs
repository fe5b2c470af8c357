using System.Text.Json;
using Licenzy.Domain;
using Licenzy.Json;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Licenzy.Server.Time;
using Licenzy.Testing;
using Licenzy.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Time;

/// <summary>What a server tells an endpoint, read from its outbox: nothing is sent.</summary>
internal static class Listening
{
    /// <summary>Everything is told from now on, in both modes.</summary>
    public static async Task ListenAsync(this LicenzyTestServer server)
    {
        var db = server.Services.GetRequiredService<Db>();
        var workspace = await db.ReadAsync(session => session.FindAsync<string>("select id from workspaces order by id limit 1"), CancellationToken.None);
        foreach (var mode in Enum.GetValues<Mode>())
        {
            var endpoint = new EndpointRow
            {
                WorkspaceId = workspace!, Mode = mode.ToWord(), Id = $"whe_{mode}", Url = "https://example.com/hooks",
                EventTypes = string.Join(' ', WebhookEventTypes.All), Secret = [1], SecretHint = "…", CreatedAt = 1, UpdatedAt = 1,
            };
            await db.WriteAsync(session => EndpointStore.SaveAsync(session, endpoint), CancellationToken.None);
        }
    }

    /// <summary>Everything told of a subject so far, as it is sent.</summary>
    public static async Task<IReadOnlyList<WebhookEvent>> ToldAsync(this LicenzyTestServer server, string subjectRef)
    {
        var payloads = await server.Services.GetRequiredService<Db>().ReadAsync(
            session => session.ListAsync<byte[]>("select payload from outbound_events where subject_ref = @subjectRef order by id", new { subjectRef }), CancellationToken.None);
        return [.. payloads.Select(payload => JsonSerializer.Deserialize(payload, LicenzyJson.Default.WebhookEvent)!)];
    }

    /// <summary>What time told of a subject: type, reason and instant.</summary>
    public static async Task<(string Type, string? Reason, DateTimeOffset At)[]> ToldByTimeAsync(this LicenzyTestServer server, string subjectRef) =>
    [
        .. (await server.ToldAsync(subjectRef)).Where(told => told.Data.Source == "clock").Select(told => (told.Type, told.Data.Reason, told.Timestamp)),
    ];

    /// <summary>Lets time do all it has to, also what the server's own round has begun.</summary>
    public static async Task SettleAsync(this LicenzyTestServer server)
    {
        var (db, clock) = (server.Services.GetRequiredService<Db>(), server.Services.GetRequiredService<TimeProvider>());
        do
        {
            await server.Services.GetRequiredService<TimeWorker>().RunAsync(CancellationToken.None);
        }
        while ((await db.ReadAsync(session => DueStore.ListAsync(session, clock.GetUtcNow(), 1), CancellationToken.None)).Count > 0);
    }
}
