using System.Text.Json.Nodes;

namespace Licenzy.Testing;

/// <summary>Stripe's memory of events: thirty days, each in the shape it was sent in.</summary>
internal sealed class EventList(EventOutbox outbox)
{
    private const int MaxTypes = 20;
    private static readonly TimeSpan Memory = TimeSpan.FromDays(30);

    private static readonly ParameterGrammar Grammar = new(ListPage.Parameters + "delivery_success bool\ntype text\ntypes[#] text");

    public JsonObject Page(FormFields fields, DateTimeOffset now)
    {
        Grammar.Check(fields);
        Expansion.Paths(fields, "[event]", old: false);
        string[] types = [.. fields.All.Where(field => field.Key.StartsWith("types[", StringComparison.Ordinal)).Select(field => field.Value)];
        if (types.Length > 0 && fields["type"] is not null)
            throw StripeRefusalException.Invalid("You may only specify one of these parameters: type, types.", "type", "parameters_exclusive");
        if (types.Length > MaxTypes)
            throw StripeRefusalException.Invalid($"You may only specify a maximum of {MaxTypes} types.", "types");
        return ListPage.Cut("/v1/events", "event", fields, Known(now).Select(made => new ListRow(
            made.Id, made.Created, IsOfType(made.Type, fields["type"], types) && IsDelivered(made, fields["delivery_success"]), () => Read(made))));
    }

    public JsonObject? Find(string id, DateTimeOffset now) => Known(now).FirstOrDefault(made => made.Id == id) is { } made ? Read(made) : null;

    private IEnumerable<SentStripeEvent> Known(DateTimeOffset now) => outbox.Events.Where(made => made.Created > now - Memory);

    private static JsonObject Read(SentStripeEvent made) => JsonNode.Parse(made.Payload)!.AsObject();

    // A group is its beginning with a star: charge.*
    private static bool IsOfType(string type, string? asked, string[] types) =>
        types.Length > 0 ? types.Contains(type)
        : asked is null || (asked.EndsWith('*') ? type.StartsWith(asked[..^1], StringComparison.Ordinal) : type == asked);

    private static bool IsDelivered(SentStripeEvent made, string? success) => success is null || made.IsDelivered == (success == "true");
}
