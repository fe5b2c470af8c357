using System.CommandLine;
using Licenzy.Json;
using Licenzy.Portal;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy stripe</c>: the workspace's own Stripe account. Secrets go in and are never printed.</summary>
internal static class StripeCommand
{
    public static Command Create() => new("stripe", "The workspace's own Stripe account.") { Connect(), Status(), StripeSyncVerbs.CatchUp(), StripeSyncVerbs.Reconcile(), StripeSyncVerbs.Import(), StripeEventsCommand.Create() };

    private static Command Connect()
    {
        var mode = PortalVerb.Mode();
        var key = CommonOptions.Secret("--secret-key", "LICENZY_STRIPE_KEY", "A secret or restricted Stripe key, sk_… or rk_…");
        var webhook = CommonOptions.Secret("--webhook-secret", "LICENZY_WEBHOOK_SECRET", "The signing secret of the endpoint at Stripe, whsec_…; without one the saved one stays");
        var unasked = new Option<bool>("--no-verify") { Description = "Save the key without asking Stripe about it." };
        var overlap = new Option<long?>("--overlap-hours") { Description = "How long the webhook secret of before still works, 0 to 168; 24 unless given." };
        return PortalVerb.Create("connect", "Save one mode's credentials.", [mode, key.Option, webhook.Option, overlap, unasked], async call =>
        {
            var request = new ConnectStripeRequest
            {
                Mode = call.Parsed.GetValue(mode)!,
                SecretKey = key.Value(call.Parsed),
                WebhookSecret = webhook.Find(call.Parsed),
                OverlapHours = call.Parsed.GetValue(overlap),
                Verify = call.Parsed.GetValue(unasked) ? false : null,
            };
            call.Tell(
                await call.Portal.ConnectStripeAsync(request, call.CancellationToken).ConfigureAwait(false),
                LicenzyJson.Default.StripeConnectionResponse,
                saved =>
                {
                    Console.WriteLine($"{saved.Mode} mode is {saved.Status}: {saved.KeyHint}, {saved.AccountId ?? "account not verified"}.");
                    Next(saved);
                });
        });
    }

    private static Command Status() => PortalVerb.Create("status", "Both modes' connections.", [], async call => call.Tell(
        await call.Portal.GetStripeConnectionsAsync(call.CancellationToken).ConfigureAwait(false), LicenzyJson.Default.StripeConnectionsResponse, Show));

    private static void Show(StripeConnectionsResponse connections)
    {
        if (connections.Data.All(connection => connection.Status == "not_connected"))
        {
            Console.WriteLine("No Stripe account is connected yet. Connect one: licenzy stripe connect --mode test");
            return;
        }

        PortalCall.Table(
            ["mode", "status", "account", "key", "webhook secret", "verified"],
            connections.Data.Select(connection => new[]
            {
                connection.Mode, connection.Status, connection.AccountId, connection.KeyHint,
                connection.WebhookSecretSet ? "set" : "", PortalCall.Time(connection.VerifiedAt),
            }));
        foreach (var connection in connections.Data)
        {
            Next(connection);
        }
    }

    // What is left to do in Stripe's dashboard.
    private static void Next(StripeConnectionResponse connection)
    {
        if (connection is { WebhookUrl: { } url, WebhookSecretSet: false })
        {
            Console.WriteLine($"Stripe does not reach {connection.Mode} mode yet. Add this endpoint in its dashboard, then connect again with --webhook-secret:");
            Console.WriteLine($"  {url}");
            Console.WriteLine($"  events: {string.Join(", ", connection.RequiredEvents)}");
        }
    }
}
