using System.Text.Json.Nodes;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Http;

/// <summary>A further workspace of the same account, as the portal's X-Workspace header selects it.</summary>
public sealed class OtherWorkspace : IDisposable
{
    private readonly LicenzyTestServer _server;

    private OtherWorkspace(LicenzyTestServer server, string id)
    {
        var http = server.CreateClient(server.AdminKey);
        http.DefaultRequestHeaders.Add("X-Workspace", id);
        (_server, Id, Portal) = (server, id, new Wire(http));
    }

    public string Id { get; }

    public Wire Portal { get; }

    public static async Task<OtherWorkspace> MakeAsync(LicenzyTestServer server)
    {
        using var portal = new Wire(server.CreateClient(server.AdminKey));
        var made = await portal.PostAsync("/portal/workspaces", new JsonObject { ["name"] = "Another line" });
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        return new OtherWorkspace(server, (string)made.Json["id"]!);
    }

    /// <summary>A program that holds a key of the workspace's test mode.</summary>
    public async Task<Wire> AppAsync() => new(_server.CreateClient((string)(await KeyAsync())["key"]!));

    public async Task<JsonNode> KeyAsync()
    {
        var made = await Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = "theirs" });
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        return made.Json;
    }

    public void Dispose() => Portal.Dispose();
}
