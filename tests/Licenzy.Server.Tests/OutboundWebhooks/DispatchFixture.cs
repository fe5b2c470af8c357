using Licenzy.Domain;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;
using Licenzy.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>A server that may call loopback, and workspaces with endpoints there.</summary>
public abstract class DispatchFixture(Engine engine) : ServerFixture(engine)
{
    internal const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static int _workspaces;

    internal Dispatcher Dispatcher => Server.Services.GetRequiredService<Dispatcher>();

    protected override LicenzyTestServerOptions Options()
    {
        var options = base.Options();
        options.Configure = OpenLoopback;
        return options;
    }

    protected static void OpenLoopback(LicenzyServerOptions server)
    {
        server.OutboundWebhooks.AllowHttp = true;
        server.OutboundWebhooks.AllowedPrivateNetworks.Add("127.0.0.0/8");
    }

    /// <summary>A workspace of its own, with an endpoint that takes everything.</summary>
    internal async Task<EndpointRow> EndpointAsync(string url, Func<EndpointRow, EndpointRow>? change = null)
    {
        var row = await EndpointRowAsync(Server, url);
        await SaveAsync(row = change?.Invoke(row) ?? row);
        return row;
    }

    /// <summary>The same, not saved yet.</summary>
    internal async Task<EndpointRow> EndpointRowAsync(LicenzyTestServer server, string url)
    {
        var scope = new Scope($"ws_{Interlocked.Increment(ref _workspaces):0000}", Mode.Test);
        var now = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        await Rows.ExecuteAsync(
            server, "insert into workspaces (id, account_id, name, created_at) select @WorkspaceId, id, 'x', @now from accounts limit 1", new { scope.WorkspaceId, now });
        return new EndpointRow
        {
            WorkspaceId = scope.WorkspaceId, Mode = "test", Id = $"we_{scope.WorkspaceId}", Url = url, CreatedAt = now, UpdatedAt = now,
            Secret = server.Services.GetRequiredService<EndpointSecrets>().Seal(scope, Secret), SecretHint = "whsec_…LaSw",
        };
    }

    internal Task SaveAsync(EndpointRow row) => Server.Services.GetRequiredService<Db>().WriteAsync(session => EndpointStore.SaveAsync(session, row), CancellationToken.None);

    internal async Task<EndpointRow> ReadAsync(EndpointRow row) =>
        (await Server.Services.GetRequiredService<Db>().ReadAsync(session => EndpointStore.FindAsync(session, row.Scope), CancellationToken.None))!;

    /// <summary>Something happened there, so many times, in one transaction.</summary>
    internal async Task TellAsync(EndpointRow endpoint, int times = 1, LicenzyTestServer? server = null)
    {
        var services = (server ?? Server).Services;
        var news = Enumerable.Range(0, times).Select(i => News(endpoint, i)).ToList();
        await services.GetRequiredService<Db>().WriteAsync(session => services.GetRequiredService<Outbox>().AddAsync(session, endpoint.Scope, news, Clock.GetUtcNow()), CancellationToken.None);
    }

    internal static Announcement News(EndpointRow endpoint, int number = 0) => new(
        WebhookEventTypes.EntitlementUpdated, new WebhookEventData { WorkspaceId = endpoint.WorkspaceId, Mode = "test", Source = "portal", SubjectRef = $"user_{number}é" });

    internal Task<int> RunAsync() => Dispatcher.RunAsync(CancellationToken.None);

    internal Task<IReadOnlyList<DeliveryRow>> DeliveriesAsync(EndpointRow endpoint) => Server.Services.GetRequiredService<Db>().ReadAsync(
        session => session.ListAsync<DeliveryRow>($"select {DeliveryStore.Columns} from deliveries where workspace_id = @WorkspaceId order by id", endpoint), CancellationToken.None);

    /// <summary>The only one.</summary>
    internal async Task<DeliveryRow> DeliveryAsync(EndpointRow endpoint) => (await DeliveriesAsync(endpoint)).Single();

    internal Task<IReadOnlyList<Attempt>> AttemptsAsync(EndpointRow endpoint) => Server.Services.GetRequiredService<Db>().ReadAsync(
        session => session.ListAsync<Attempt>(
            "select number, at, duration_ms as \"DurationMs\", http_status as \"HttpStatus\", error, response from delivery_attempts where workspace_id = @WorkspaceId order by delivery_id, number",
            endpoint),
        CancellationToken.None);

    /// <summary>Moves the clock to when the only delivery is due, and sends it.</summary>
    internal async Task NextTryAsync(EndpointRow endpoint)
    {
        Clock.Set(DateTimeOffset.FromUnixTimeMilliseconds((await DeliveryAsync(endpoint)).NextAttemptAt!.Value));
        await RunAsync();
    }

    internal sealed record Attempt
    {
        public long Number { get; init; }

        public long At { get; init; }

        public long? DurationMs { get; init; }

        public long? HttpStatus { get; init; }

        public string? Error { get; init; }

        public string? Response { get; init; }
    }
}
