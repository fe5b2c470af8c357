using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Domain;
using Licenzy.Server.Hosting;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>A workspace with both doors to its webhooks, and deliveries in whatever state a test wants them.</summary>
public sealed class HookTenant : IDisposable
{
    /// <summary>Public, and without a name to look up.</summary>
    public const string Hook = "https://93.184.216.34/licenzy";

    private readonly OtherWorkspace _workspace;
    private readonly LicenzyTestServer _server;
    private readonly TimeProvider _clock;

    private HookTenant(LicenzyTestServer server, TimeProvider clock, OtherWorkspace workspace, Wire app, string keyId) =>
        (_server, _clock, _workspace, App, KeyId) = (server, clock, workspace, app, keyId);

    public string Id => _workspace.Id;

    public string KeyId { get; }

    public Wire App { get; }

    public Wire Portal => _workspace.Portal;

    public static async Task<HookTenant> MakeAsync(LicenzyTestServer server, TimeProvider clock)
    {
        var workspace = await OtherWorkspace.MakeAsync(server);
        var key = await workspace.KeyAsync();
        return new HookTenant(server, clock, workspace, new Wire(server.CreateClient((string)key["key"]!)), (string)key["id"]!);
    }

    /// <summary>Calls a route below <c>/v1/webhooks</c> or <c>/portal/webhooks</c>.</summary>
    public Task<Answer> CallAsync(string method, string route, JsonObject? body = null, string? key = null, string door = "/v1") =>
        (door == "/v1" ? App : Portal).SendAsync(new HttpMethod(method), $"{door}/webhooks{route}", body?.ToJsonString(), key);

    /// <summary>Sets the endpoint, which must succeed.</summary>
    public async Task<JsonNode> SetAsync(JsonObject? more = null, string door = "/v1")
    {
        var body = more ?? [];
        body["url"] ??= Hook;
        var answer = await CallAsync("PUT", "/endpoint", body, door: door);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json;
    }

    public async Task<JsonNode> ShownAsync(string delivery)
    {
        var answer = await CallAsync("GET", $"/outbound/{delivery}");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json;
    }

    /// <summary>The ids that a list shows, in its order.</summary>
    public async Task<string[]> ListedAsync(string query, string door = "/v1")
    {
        var answer = await CallAsync("GET", $"/outbound?{query}", door: door);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return [.. answer.Json["data"]!.AsArray().Select(one => (string)one!["id"]!)];
    }

    /// <summary>A delivery that has come as far as its status says; its event is its own.</summary>
    public Task<string> HaveAsync(string status, string type = "entitlement.updated", string? subject = "user_1", Func<DeliveryShape, DeliveryShape>? with = null) =>
        AddAsync(_server, new Scope(Id, Mode.Test), (with ?? (shape => shape))(new DeliveryShape(status, type, subject, _clock.GetUtcNow())));

    public static async Task<string> AddAsync(LicenzyTestServer server, Scope scope, DeliveryShape shape)
    {
        var (ids, at) = (server.Services.GetRequiredService<Ids>(), Instant.Millis(shape.At));
        var ended = shape.Status is "sent" or "dead";
        return await server.Services.GetRequiredService<Db>().WriteAsync(
            async session =>
            {
                var row = new DeliveryRow
                {
                    WorkspaceId = scope.WorkspaceId, Mode = scope.Mode.ToWord(), Id = ids.New("dlv"), EndpointId = (await EndpointStore.FindAsync(session, scope))?.Id ?? "whe_gone",
                    EventId = shape.EventId ?? ids.New("evt"), Type = shape.Type, SubjectRef = shape.Subject, Status = shape.Status, Attempts = shape.Status == "pending" ? 0 : 1,
                    Tries = shape.Status == "pending" ? 0 : 1, NextAttemptAt = ended ? null : at + 86_400_000, LeasedUntil = shape.LeasedUntil is { } until ? Instant.Millis(until) : null,
                    LastHttpStatus = shape.Status switch { "sent" => 200, "pending" => null, _ => 500 }, LastError = shape.Status is "failed" or "dead" ? "HTTP 500" : null,
                    CreatedAt = at, SentAt = shape.Status == "sent" ? at : null, EndedAt = ended ? at : null,
                };
                var payload = Encoding.UTF8.GetBytes($$$"""{"id":"{{{row.EventId}}}","type":"{{{shape.Type}}}","timestamp":"2026-08-01T12:00:00Z","data":{"workspace_id":"{{{scope.WorkspaceId}}}","mode":"test","source":"portal"}}""");
                if (shape.EventId is null)
                {
                    await session.ExecuteAsync(
                        "insert into outbound_events (workspace_id, mode, id, type, subject_ref, payload, created_at) values (@WorkspaceId, @Mode, @EventId, @Type, @SubjectRef, @payload, @CreatedAt)",
                        new { row.WorkspaceId, row.Mode, row.EventId, row.Type, row.SubjectRef, payload, row.CreatedAt });
                }

                DeliveryStore.Add(session, row);
                if (row.Attempts > 0)
                {
                    await session.ExecuteAsync(
                        "insert into delivery_attempts (workspace_id, mode, delivery_id, number, at, duration_ms, http_status, error) values (@WorkspaceId, @Mode, @Id, 1, @CreatedAt, 12, @LastHttpStatus, @LastError)",
                        row);
                }

                return row.Id;
            },
            CancellationToken.None);
    }

    /// <summary>One column of a delivery, as it is stored.</summary>
    public Task<T?> StoredAsync<T>(string delivery, string column) => Rows.ValueAsync<T>(_server, $"select {column} from deliveries where id = @delivery", new { delivery });

    public void Dispose()
    {
        App.Dispose();
        _workspace.Dispose();
    }
}

/// <summary>What a delivery is to be like.</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Type">The event's type.</param>
/// <param name="Subject">Whom it is about.</param>
/// <param name="At">When it was recorded, and came to rest where it has.</param>
/// <param name="LeasedUntil">Until when somebody tries it.</param>
/// <param name="EventId">An event that is there already.</param>
public sealed record DeliveryShape(string Status, string Type, string? Subject, DateTimeOffset At, DateTimeOffset? LeasedUntil = null, string? EventId = null);
