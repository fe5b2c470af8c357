using System.CommandLine;
using Licenzy.Json;
using Licenzy.Portal;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy stripe events</c>: what Stripe sent, what became of it, and what a person can do about it.</summary>
internal static class StripeEventsCommand
{
    public static Command Create() => new("events", "What Stripe sent and what became of it.") { List(), Replay(), Link() };

    private static Command List()
    {
        var status = new Option<string?>("--status") { Description = "Only applied, unmatched, pending or failed ones." };
        status.AcceptOnlyFromAmong("applied", "unmatched", "pending", "failed");
        var type = new Option<string?>("--type") { Description = "Only those of one of Stripe's types, such as invoice.paid." };
        var limit = new Option<int>("--limit") { Description = "How many, 1 to 100; the newest come first.", DefaultValueFactory = _ => 25 };
        var cursor = new Option<string?>("--cursor") { Description = "Where the page before ended." };
        var mode = PortalVerb.Mode();
        return PortalVerb.Create("list", "A mode's events, newest first.", [mode, status, type, limit, cursor], async call => call.Tell(
            await call.Portal.ListStripeEventsAsync(
                call.Parsed.GetValue(mode)!, call.Parsed.GetValue(status), call.Parsed.GetValue(type), call.Parsed.GetValue(limit), call.Parsed.GetValue(cursor), call.CancellationToken)
                .ConfigureAwait(false),
            LicenzyJson.Default.PageStripeEventResponse, Show));
    }

    private static Command Replay()
    {
        var (id, mode) = (Id(), PortalVerb.Mode());
        return PortalVerb.Create("replay", "Apply an event again; what took effect does not take it twice.", [id, mode], async call => Tell(
            call, await call.Portal.ReplayStripeEventAsync(call.Parsed.GetValue(id)!, call.Parsed.GetValue(mode)!, call.CancellationToken).ConfigureAwait(false)));
    }

    private static Command Link()
    {
        var (id, mode) = (Id(), PortalVerb.Mode());
        var subject = new Argument<string>("subject") { Description = "Your own id of the customer it belongs to." };
        return PortalVerb.Create("link", "Say whose an unmatched event is; what was kept for it applies.", [id, subject, mode], async call => Tell(
            call, await call.Portal.LinkStripeEventAsync(
                call.Parsed.GetValue(id)!, call.Parsed.GetValue(mode)!, new LinkStripeEventRequest { SubjectRef = call.Parsed.GetValue(subject)! }, call.CancellationToken)
                .ConfigureAwait(false)));
    }

    private static Argument<string> Id() => new("id") { Description = "The event's id, evt_…, as the list shows it." };

    private static void Tell(PortalCall call, StripeEventResponse after) => call.Tell(after, LicenzyJson.Default.StripeEventResponse, one =>
        Console.WriteLine($"{one.Id} ({one.Type}) is {one.Status}{(one.SubjectRef is { } subject ? $", {subject}" : "")}{(one.Note is { } note ? $": {note}" : ".")}"));

    private static void Show(Page<StripeEventResponse> events)
    {
        if (events.Data.Count == 0)
        {
            Console.WriteLine("No such events.");
            return;
        }

        PortalCall.Table(
            ["id", "type", "status", "subject", "object", "created", "why"],
            events.Data.Select(one => new[] { one.Id, one.Type, one.Status, one.SubjectRef, one.ObjectId, PortalCall.Time(one.CreatedAt), one.Note }));
        if (events.NextCursor is { } next)
        {
            Console.WriteLine($"There are more: add --cursor {next}");
        }
    }
}
