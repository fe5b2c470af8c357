using System.CommandLine;
using Licenzy.Json;
using Licenzy.Webhooks;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy webhooks test</c>: sends an event and waits for what the receiver makes of it.</summary>
internal static class TestWebhook
{
    // Longer than a try may take.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var unheard = new Option<bool>("--no-wait") { Description = "Do not wait up to 20 seconds for the answer." };
        var mode = PortalVerb.Mode();
        return PortalVerb.DecidingSoon("test", "Send an endpoint.test event and tell what it was answered; exit code 1 where it was not taken.", [unheard, mode], async call =>
        {
            var webhooks = WebhooksCommand.Of(call, mode);
            var sent = await webhooks.SendTestAsync(call.CancellationToken).ConfigureAwait(false);
            if (call.Parsed.GetValue(unheard))
            {
                call.Tell(sent, LicenzyJson.Default.WebhookDeliveryResponse, one => Console.WriteLine($"{one.Id} is on its way. What became of it: licenzy webhooks show {one.Id}"));
                return 0;
            }

            var ended = await EndAsync(webhooks, sent, call.CancellationToken).ConfigureAwait(false);
            call.Tell(ended, LicenzyJson.Default.WebhookDeliveryResponse, one => Console.WriteLine(Text(one)));
            return ended.Status == "sent" ? 0 : 1;
        });
    }

    private static async Task<WebhookDeliveryResponse> EndAsync(ILicenzyWebhooks webhooks, WebhookDeliveryResponse sent, CancellationToken cancellationToken)
    {
        var (begun, seen) = (TimeProvider.System.GetTimestamp(), sent);
        while (seen.Status == "pending" && TimeProvider.System.GetElapsedTime(begun) < Patience)
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            seen = await webhooks.GetDeliveryAsync(sent.Id, cancellationToken).ConfigureAwait(false);
        }

        return seen;
    }

    private static string Text(WebhookDeliveryResponse one)
    {
        var last = one.AttemptLog is [.., var latest] ? latest : null;
        var took = last?.DurationMs is { } duration ? $" in {DeliveryVerbs.Number(duration)} ms" : "";
        return one.Status switch
        {
            "sent" => $"{DeliveryVerbs.Number(one.LastHttpStatus)}{took} ({one.Id})",
            "pending" => $"{one.Id} is still pending: no answer came yet, or the server sends nothing (Licenzy:OutboundWebhooks:Enabled). What becomes of it: licenzy webhooks show {one.Id}",
            _ => $"{one.LastError}{(one.LastHttpStatus is { } status ? $" {DeliveryVerbs.Number(status)}" : "")}{took}: {DeliveryVerbs.State(one)}",
        };
    }
}
