using System.CommandLine;
using Licenzy.Json;
using Licenzy.Webhooks;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy webhooks</c>: where others are told of changes, and what became of each event.</summary>
internal static class WebhooksCommand
{
    public static Command Create() => new("webhooks", "Where your systems are told of changes, and what became of each event.")
    {
        Endpoint(), Set(), Able("enable", true), Able("disable", false), Delete(), Rotate(), TestWebhook.Create(), DeliveryVerbs.List(), DeliveryVerbs.Show(), DeliveryVerbs.Requeue(), DeliveryVerbs.Resend(), DeliveryVerbs.RequeueDead(),
    };

    private static Command Endpoint()
    {
        var mode = PortalVerb.Mode();
        return PortalVerb.Create("endpoint", "Where events are sent.", [mode], async call =>
            Tell(call, await Of(call, mode).GetEndpointAsync(call.CancellationToken).ConfigureAwait(false)));
    }

    private static Command Set()
    {
        var url = new Argument<string>("url") { Description = "An https address of yours." };
        var types = new Option<string[]>("--type") { Description = "An event type, such as entitlement.updated; once for each. All but usage.consumed unless given." };
        var description = new Option<string?>("--description") { Description = "A note for people." };
        var disabled = new Option<bool>("--disabled") { Description = "Send nothing there for now: what waits keeps waiting." };
        var mode = PortalVerb.Mode();
        return PortalVerb.Create("set", "Set where events are sent, in place of what was there: types and description too, and it is enabled. A new endpoint's secret is shown this once.", [url, types, description, disabled, mode], async call =>
        {
            var request = new SetWebhookEndpointRequest
            {
                Url = call.Parsed.GetValue(url)!,
                EventTypes = call.Parsed.GetValue(types) is { Length: > 0 } named ? named : null,
                Description = call.Parsed.GetValue(description),
                Enabled = call.Parsed.GetValue(disabled) ? false : null,
            };
            Tell(call, await Of(call, mode).SetEndpointAsync(request, null, call.CancellationToken).ConfigureAwait(false));
        });
    }

    private static Command Delete()
    {
        var mode = PortalVerb.Mode();
        return PortalVerb.Create("delete", "Send nothing any more; what waits is dead.", [mode], async call =>
        {
            await Of(call, mode).DeleteEndpointAsync(call.CancellationToken).ConfigureAwait(false);
            Console.WriteLine(call.IsJson ? "{}" : $"Nothing is sent in {call.Parsed.GetValue(mode)} mode any more.");
        });
    }

    // Read, then set the same: what it was set up with stays.
    private static Command Able(string verb, bool isEnabled)
    {
        var mode = PortalVerb.Mode();
        var what = isEnabled ? "Send again to the endpoint as it is set up: what waited goes on." : "Send nothing for now: what waits keeps waiting, and no new event is recorded.";
        return PortalVerb.Create(verb, what, [mode], async call =>
        {
            var webhooks = Of(call, mode);
            var known = await webhooks.GetEndpointAsync(call.CancellationToken).ConfigureAwait(false);
            var request = new SetWebhookEndpointRequest { Url = known.Url, EventTypes = known.EventTypes, Description = known.Description, Enabled = isEnabled };
            Tell(call, await webhooks.SetEndpointAsync(request, null, call.CancellationToken).ConfigureAwait(false));
        });
    }

    private static Command Rotate()
    {
        var overlap = new Option<long?>("--overlap-hours") { Description = "How long deliveries are signed with the old secret too, 0 to 168; 24 unless given." };
        var force = new Option<bool>("--force") { Description = "Also while the overlap of the rotation before lasts: the secret before it is then dropped at once." };
        var mode = PortalVerb.Mode();
        return PortalVerb.Create("rotate", "Make a new signing secret. It is shown this once.", [overlap, force, mode], async call =>
        {
            var webhooks = Of(call, mode);
            if (!call.Parsed.GetValue(force) && (await webhooks.GetEndpointAsync(call.CancellationToken).ConfigureAwait(false)).PreviousSecretUntil is { } until)
            {
                throw new NotNowException(
                    $"The secret before the present one still signs, until {PortalCall.Time(until)}. Rotating now drops it at once: whoever verifies with it alone then refuses every delivery. Wait until then, or add --force.");
            }

            Tell(call, await webhooks.RotateSecretAsync(new RotateWebhookSecretRequest { OverlapHours = call.Parsed.GetValue(overlap) }, null, call.CancellationToken).ConfigureAwait(false));
        });
    }

    public static ILicenzyWebhooks Of(PortalCall call, Option<string> mode) => call.Portal.Webhooks(call.Parsed.GetValue(mode)!);

    // The secret alone goes to the output, so that it can be piped into a store of secrets.
    private static void Tell(PortalCall call, WebhookEndpointResponse endpoint) => call.Tell(endpoint, LicenzyJson.Default.WebhookEndpointResponse, one =>
    {
        var types = one.EventTypes is { } named ? string.Join(", ", named) : "all but usage.consumed";
        var state = $"{one.Id}{(one.Description is { } note ? $" \"{note}\"" : "")} sends to {one.Url}: {types}. {(one.Enabled ? "Enabled" : $"Disabled ({one.DisabledReason})")}, secret {one.SecretHint}."
            + (one.PreviousSecretUntil is { } until ? $" The secret before it signs too, until {PortalCall.Time(until)}." : "");
        if (one.Secret is { } secret)
        {
            Console.WriteLine(secret);
            Console.Error.WriteLine($"{state} Keep the secret: it is shown this once.");
        }
        else
        {
            Console.WriteLine(state);
        }
    });
}
