using System.CommandLine;
using Licenzy.Json;
using Licenzy.Portal;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy keys list|create|revoke|rotate</c>: the workspace's keys at a server.</summary>
internal static class KeyVerbs
{
    public static Command List()
    {
        var mode = new Option<string?>("--mode") { Description = "Only those of test or live; else both." };
        mode.AcceptOnlyFromAmong("test", "live");
        return PortalVerb.Create("list", "The workspace's keys, newest first.", [mode], async call =>
        {
            var all = await PortalCall.AllAsync((limit, cursor) => call.Portal.ListApiKeysAsync(limit, cursor, call.CancellationToken)).ConfigureAwait(false);
            var wanted = all with { Data = [.. all.Data.Where(key => call.Parsed.GetValue(mode) is not { } word || key.Mode == word)] };
            call.Tell(wanted, LicenzyJson.Default.PageApiKeyResponse, Show);
        });
    }

    public static Command Create()
    {
        var name = new Option<string>("--name") { Description = "What it is for, as lists show it.", Required = true };
        var kind = new Option<string?>("--kind") { Description = "runtime, secret or publishable; runtime unless given." };
        kind.AcceptOnlyFromAmong("runtime", "secret", "publishable");
        var expires = CommonOptions.Instant("--expires-at", "When it ends; never unless given.");
        var mode = PortalVerb.Mode();
        return PortalVerb.Create("create", "Make a key. It is shown this once.", [name, mode, kind, expires], async call =>
        {
            var request = new CreateApiKeyRequest
            {
                Mode = call.Parsed.GetValue(mode)!,
                Name = call.Parsed.GetValue(name)!,
                Kind = call.Parsed.GetValue(kind),
                ExpiresAt = call.Parsed.GetValue(expires),
            };
            Tell(call, await call.Portal.CreateApiKeyAsync(request, call.CancellationToken).ConfigureAwait(false));
        });
    }

    public static Command Revoke()
    {
        var id = Id();
        return PortalVerb.Create("revoke", "Refuse a key from now on.", [id], async call => call.Tell(
            await call.Portal.RevokeApiKeyAsync(call.Parsed.GetValue(id)!, call.CancellationToken).ConfigureAwait(false),
            LicenzyJson.Default.ApiKeyResponse,
            key => Console.WriteLine($"{key.Id} ({key.Name}) is refused since {PortalCall.Time(key.RevokedAt)}.")));
    }

    public static Command Rotate()
    {
        var id = Id();
        var overlap = new Option<long?>("--overlap-hours") { Description = "How long the old key still works, 0 to 168; 24 unless given." };
        return PortalVerb.Create("rotate", "Make a key in place of another. It is shown this once.", [id, overlap], async call =>
        {
            var request = new RotateApiKeyRequest { OverlapHours = call.Parsed.GetValue(overlap) };
            Tell(call, await call.Portal.RotateApiKeyAsync(call.Parsed.GetValue(id)!, request, call.CancellationToken).ConfigureAwait(false));
        });
    }

    private static Argument<string> Id() => new("id") { Description = "The key's id, key_…, as the list shows it." };

    private static void Tell(PortalCall call, ApiKeyCreatedResponse made) => call.Tell(made, LicenzyJson.Default.ApiKeyCreatedResponse, key =>
    {
        Console.WriteLine(key.Key);
        Console.Error.WriteLine($"{key.Id} ({key.Name}), {key.Mode} mode. Keep it: it is shown this once.");
    });

    private static void Show(Page<ApiKeyResponse> keys)
    {
        if (keys.Data.Count == 0)
        {
            Console.WriteLine("No keys yet. Make one: licenzy keys create --name …");
            return;
        }

        PortalCall.Table(
            ["id", "key", "name", "mode", "kind", "last used", "state"],
            keys.Data.Select(key => new[]
            {
                key.Id, $"{key.Prefix}…{key.Last4}", key.Name, key.Mode, key.Kind, PortalCall.Time(key.LastUsedAt),
                key.RevokedAt is { } gone ? $"revoked {PortalCall.Time(gone)}" : key.ExpiresAt is { } end ? $"until {PortalCall.Time(end)}" : "works",
            }));
    }
}
