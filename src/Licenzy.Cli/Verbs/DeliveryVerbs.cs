using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Licenzy.Json;
using Licenzy.Webhooks;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy webhooks list|show|requeue|resend|requeue-dead</c>: what became of each event, and letting it go again.</summary>
internal static class DeliveryVerbs
{
    // For people: letters of other scripts stay as they are.
    private static readonly LicenzyJson Indented = new(new JsonSerializerOptions(LicenzyJson.Default.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static Command List()
    {
        var status = new Option<string?>("--status") { Description = "Only pending, failed, dead or sent ones." };
        status.AcceptOnlyFromAmong("pending", "failed", "dead", "sent");
        var (type, since, until, mode) = (Type(), Since(), Until(), PortalVerb.Mode());
        var subject = new Option<string?>("--subject") { Description = "Only events about this customer, by your own id." };
        var limit = new Option<int>("--limit") { Description = "How many, 1 to 100; the newest come first.", DefaultValueFactory = _ => 25 };
        var cursor = new Option<string?>("--cursor") { Description = "Where the page before ended." };
        return PortalVerb.Create("list", "Deliveries and what became of them, newest first.", [status, type, subject, since, until, limit, cursor, mode], async call =>
        {
            var query = new WebhookDeliveryQuery
            {
                Status = call.Parsed.GetValue(status), Type = call.Parsed.GetValue(type), SubjectRef = call.Parsed.GetValue(subject), Since = call.Parsed.GetValue(since),
                Until = call.Parsed.GetValue(until), Limit = call.Parsed.GetValue(limit), Cursor = call.Parsed.GetValue(cursor),
            };
            call.Tell(
                await WebhooksCommand.Of(call, mode).ListDeliveriesAsync(query, call.CancellationToken).ConfigureAwait(false), LicenzyJson.Default.PageWebhookDeliveryResponse, Print);
        });
    }

    public static Command Show()
    {
        var (id, mode) = (Id(), PortalVerb.Mode());
        return PortalVerb.Create("show", "One delivery with each try and what it sends.", [id, mode], async call => call.Tell(
            await WebhooksCommand.Of(call, mode).GetDeliveryAsync(call.Parsed.GetValue(id)!, call.CancellationToken).ConfigureAwait(false),
            LicenzyJson.Default.WebhookDeliveryResponse,
            one =>
            {
                Console.WriteLine(State(one));
                Console.WriteLine($"Recorded {PortalCall.Time(one.CreatedAt)}{(one.SentAt is { } sent ? $", sent {PortalCall.Time(sent)}" : ", not sent")}.");
                PortalCall.Table(
                    ["try", "status", "error", "took"],
                    one.AttemptLog!.Select(log => new[] { PortalCall.Time(log.At), Number(log.HttpStatus), log.Error, log.DurationMs is { } took ? $"{Number(took)} ms" : "" }));
                Console.WriteLine(JsonSerializer.Serialize(one.Payload!.Value, Indented.JsonElement));
            }));
    }

    public static Command Requeue()
    {
        var (id, mode) = (Id(), PortalVerb.Mode());
        return PortalVerb.Create("requeue", "Let a failed or dead delivery go again from now.", [id, mode], async call =>
            Tell(call, await WebhooksCommand.Of(call, mode).RequeueAsync(call.Parsed.GetValue(id)!, call.CancellationToken).ConfigureAwait(false)));
    }

    public static Command Resend()
    {
        var (id, mode) = (Id(), PortalVerb.Mode());
        return PortalVerb.Create("resend", "Deliver an event once more, whatever became of it.", [id, mode], async call =>
            Tell(call, await WebhooksCommand.Of(call, mode).ResendAsync(call.Parsed.GetValue(id)!, null, call.CancellationToken).ConfigureAwait(false)));
    }

    public static Command RequeueDead()
    {
        var (type, since, until, mode) = (Type(), Since(), Until(), PortalVerb.Mode());
        var limit = new Option<long?>("--limit") { Description = "How many at most, 1 to 1,000; 1,000 unless given." };
        return PortalVerb.Create("requeue-dead", "Let dead deliveries go again, the oldest first, ten a second; endpoint.test only where --type names it.", [type, since, until, limit, mode], async call =>
        {
            var request = new RequeueDeadWebhooksRequest
            {
                Type = call.Parsed.GetValue(type), Since = call.Parsed.GetValue(since), Until = call.Parsed.GetValue(until), Limit = call.Parsed.GetValue(limit),
            };
            call.Tell(
                await WebhooksCommand.Of(call, mode).RequeueDeadAsync(request, call.CancellationToken).ConfigureAwait(false), LicenzyJson.Default.RequeueDeadWebhooksResponse,
                done => Console.WriteLine($"{Number(done.Requeued)} go again, {Number(done.Remaining)} are left."));
        });
    }

    private static Argument<string> Id() => new("id") { Description = "The delivery's id, dlv_…, as the list shows it." };

    private static Option<string?> Type() => new("--type") { Description = "Only those of one event type, such as entitlement.updated." };

    private static Option<DateTimeOffset?> Since() => CommonOptions.Instant("--since", "Recorded then or later.");

    private static Option<DateTimeOffset?> Until() => CommonOptions.Instant("--until", "Recorded before.");

    private static void Tell(PortalCall call, WebhookDeliveryResponse delivery) => call.Tell(delivery, LicenzyJson.Default.WebhookDeliveryResponse, one => Console.WriteLine(State(one)));

    public static string State(WebhookDeliveryResponse one) =>
        $"{one.Id} ({one.Type}, {one.EventId}) is {one.Status} after {Number(one.Attempts)} {(one.Attempts == 1 ? "try" : "tries")}{(one.LastError is { } error ? $": {error}" : "")}"
        + $"{(one.NextAttemptAt is { } next ? $"; next try {PortalCall.Time(next)}" : "")}{(one.ResendOf is { } first ? $"; resent from {first}" : "")}.";

    private static void Print(Page<WebhookDeliveryResponse> page)
    {
        if (page.Data.Count == 0)
        {
            Console.WriteLine("No such deliveries.");
            return;
        }

        PortalCall.Table(
            ["id", "type", "status", "tries", "answer", "error", "created", "next try"],
            page.Data.Select(one => new[]
            {
                one.Id, one.Type, one.Status, Number(one.Attempts), Number(one.LastHttpStatus), one.LastError, PortalCall.Time(one.CreatedAt), PortalCall.Time(one.NextAttemptAt),
            }));
        if (page.NextCursor is { } more)
        {
            Console.WriteLine($"There are more: add --cursor {more}");
        }
    }

    public static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
