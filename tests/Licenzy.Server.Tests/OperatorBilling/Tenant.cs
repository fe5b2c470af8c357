using System.Text.Json.Nodes;
using Licenzy.Domain;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OperatorBilling;

/// <summary>An account of a server that serves many, with a workspace, an admin key and a key of live mode.</summary>
public sealed class Tenant : IDisposable
{
    private readonly LicenzyTestServer _server;
    private readonly string _adminKey;
    private int _made;

    private Tenant(LicenzyTestServer server, string accountId, string adminKey, string liveKey)
    {
        (_server, _adminKey, AccountId) = (server, adminKey, accountId);
        Portal = new Wire(server.CreateClient(adminKey));
        Live = new Wire(server.CreateClient(liveKey));
    }

    public string AccountId { get; }

    public Wire Portal { get; }

    public Wire Live { get; }

    public static async Task<Tenant> MakeAsync(LicenzyTestServer server, DateTimeOffset now)
    {
        var ids = server.Services.GetRequiredService<Ids>();
        var (account, workspace) = (ids.New("acc"), ids.New("ws"));
        var (admin, live) = (KeyFormat.Generate(KeyKind.Admin), KeyFormat.Generate(KeyKind.LiveRuntime));
        await server.Services.GetRequiredService<Db>().WriteAsync(
            async session =>
            {
                await WorkspaceStore.AddFirstAsync(session, account, workspace, Instant.Millis(now));
                await WorkspaceStore.AddAdminKeyAsync(session, account, ids.New("key"), "first", admin, Instant.Millis(now));
                await KeyStore.AddAsync(session, ApiKeyMapping.NewRow(new Scope(workspace, Mode.Live), ids.New("key"), live, ApiKeyKind.Runtime, "live", now, expiresAt: null));
            },
            CancellationToken.None);
        return new Tenant(server, account, admin, live);
    }

    public async Task<JsonNode> PlanAsync() => (await Portal.GetAsync("/portal/account/subscription")).Json;

    /// <summary>The plan in a line: name, status, access, and whether live mode is open.</summary>
    public async Task<string> PlanLineAsync()
    {
        var plan = await PlanAsync();
        return $"{plan["plan"]} {plan["status"]} {plan["access"]} {((bool)plan["live_allowed"]! ? "open" : "closed")}";
    }

    /// <summary>What each thing that is new in a mode is answered: checkout, key, product, connection.</summary>
    public async Task<string> TryNewAsync(string mode = "live")
    {
        var n = ++_made;
        var checkout = mode == "live"
            ? await Live.PostAsync("/v1/checkout/session", new JsonObject { ["subject_ref"] = "user_1", ["product_code"] = "NOTHING" }, Wire.NewKey())
            : null;
        var key = await Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = mode, ["name"] = $"key {n}" }, Wire.NewKey());
        var product = await CreateProductAsync($"P{n}", mode);
        var connection = await ConnectElsewhereAsync(mode);
        return $"{checkout?.Status} {checkout?.Error ?? "-"}, {key.Status} {key.Json["error"] ?? "-"}, {product.Status} {product.Json["error"] ?? "-"}, {connection.Status} {connection.Json["error"] ?? "-"}".TrimStart();
    }

    public Task<Answer> CreateProductAsync(string code, string mode = "live") => Portal.PostAsync("/portal/products", new JsonObject
    {
        ["mode"] = mode, ["product_code"] = code, ["name"] = code, ["kind"] = "usage_pack", ["units"] = 10, ["stripe_price_id"] = $"price_{code}",
    });

    public static JsonObject Connection(string mode, string webhookSecret) => new()
    {
        ["mode"] = mode, ["secret_key"] = $"sk_{mode}_of_a_tenant", ["webhook_secret"] = webhookSecret, ["verify"] = false,
    };

    public void Dispose()
    {
        Portal.Dispose();
        Live.Dispose();
    }

    // In a workspace of its own: once connected, a workspace's products are checked at Stripe.
    private async Task<Answer> ConnectElsewhereAsync(string mode)
    {
        var workspace = await Portal.PostAsync("/portal/workspaces", new JsonObject { ["name"] = "Another line" });
        using var http = _server.CreateClient(_adminKey);
        http.DefaultRequestHeaders.Add("X-Workspace", (string)workspace.Json["id"]!);
        using var there = new Wire(http);
        return await there.SendAsync(HttpMethod.Put, "/portal/stripe/connection", Connection(mode, "whsec_elsewhere"));
    }
}
