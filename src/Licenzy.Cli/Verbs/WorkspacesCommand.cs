using System.CommandLine;
using Licenzy.Json;
using Licenzy.Portal;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy workspaces</c>: what <c>--workspace</c> can name.</summary>
internal static class WorkspacesCommand
{
    public static Command Create() => new("workspaces", "The account's workspaces.") { List() };

    private static Command List() => PortalVerb.Create("list", "The account's workspaces, newest first.", [], async call => call.Tell(
        await PortalCall.AllAsync((limit, cursor) => call.Portal.ListWorkspacesAsync(limit, cursor, call.CancellationToken)).ConfigureAwait(false),
        LicenzyJson.Default.PageWorkspaceResponse,
        Show), ofAccount: true);

    private static void Show(Page<WorkspaceResponse> workspaces) => PortalCall.Table(
        ["id", "name", "status", "made"],
        workspaces.Data.Select(workspace => new[] { workspace.Id, workspace.Name, workspace.Status, PortalCall.Time(workspace.CreatedAt) }));
}
