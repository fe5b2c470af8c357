using System.CommandLine;
using Licenzy.Json;
using Licenzy.Webhooks;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy webhooks test</c>: sends an event and waits for what the receiver makes of it.</summary>
internal static class TestWebhook
{
    // Longer than a try may take.
    private const int Patience = 20;
    private const int MostPatience = 3600;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var patience = new Option<int>("--wait") { Description = "How long to wait for the answer, in seconds.", DefaultValueFactory = _ => Patience, HelpName = "seconds" };
        patience.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > MostPatience)
                result.AddError($"--wait must be a number of seconds from 0 to {MostPatience}; 0 is --no-wait.");
        });
        var unheard = new Option<bool>("--no-wait") { Description = "Do not wait for the answer." };
        var mode = PortalVerb.Mode();
        return PortalVerb.DecidingSoon("test", "Send an endpoint.test event and tell what it was answered; exit code 1 where it was not taken.", [patience, unheard, mode], async call =>
        {
            var webhooks = WebhooksCommand.Of(call, mode);
            var sent = await webhooks.SendTestAsync(call.CancellationToken).ConfigureAwait(false);
            var wait = TimeSpan.FromSeconds(call.Parsed.GetValue(patience));
            if (wait == TimeSpan.Zero || call.Parsed.GetValue(unheard))
            {
                call.Tell(sent, LicenzyJson.Default.WebhookDeliveryResponse, one => Console.WriteLine($"{one.Id} is on its way. What became of it: licenzy webhooks show {one.Id}"));
                return 0;
            }

            var ended = await EndAsync(webhooks, sent, wait, call.CancellationToken).ConfigureAwait(false);
            call.Tell(ended, LicenzyJson.Default.WebhookDeliveryResponse, one => Console.WriteLine(Text(one)));
            return ended.Status == "sent" ? 0 : 1;
        });
    }

    private static async Task<WebhookDeliveryResponse> EndAsync(ILicenzyWebhooks webhooks, WebhookDeliveryResponse sent, TimeSpan wait, CancellationToken cancellationToken)
    {
        var (begun, seen) = (TimeProvider.System.GetTimestamp(), sent);
        while (seen.Status == "pending" && TimeProvider.System.GetElapsedTime(begun) < wait)
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
