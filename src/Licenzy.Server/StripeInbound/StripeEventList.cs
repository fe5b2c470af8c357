using System.Text.Json;
using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Storage;

namespace Licenzy.Server.StripeInbound;

/// <summary>An event as operators see it.</summary>
internal sealed record StripeEventListed
{
    public required string Id { get; init; }

    public required string Type { get; init; }

    public required string Status { get; init; }

    public string? Note { get; init; }

    public string? ObjectId { get; init; }

    public string? SubjectRef { get; init; }

    public required long EventCreatedAt { get; init; }

    public required long ReceivedAt { get; init; }

    public long? AppliedAt { get; init; }

    public required long Tries { get; init; }

    public long? NextTryAt { get; init; }

    public byte[]? Payload { get; init; }

    /// <summary>Where the event stands in the list: by Stripe's time, then by id.</summary>
    public string Position => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{EventCreatedAt}_{Id}");

    public StripeEventResponse ToResponse() => new()
    {
        Id = Id,
        Type = Type,
        Status = Status,
        Note = Status == InboxStatus.Applied.ToWord() ? null : Note,
        ObjectId = ObjectId,
        SubjectRef = SubjectRef,
        CreatedAt = Instant.Of(EventCreatedAt),
        ReceivedAt = Instant.Of(ReceivedAt),
        // What is applied as it comes has one time for both.
        AppliedAt = Status == InboxStatus.Applied.ToWord() ? Instant.Of(AppliedAt ?? ReceivedAt) : null,
        Tries = Tries,
        NextTryAt = Instant.Of(NextTryAt),
        Payload = Payload is null ? null : Parsed(Payload),
    };

    private static JsonElement Parsed(byte[] payload)
    {
        using var document = JsonDocument.Parse(payload);
        return document.RootElement.Clone();
    }
}

/// <summary>All SQL that shows the inbox to operators.</summary>
internal static class StripeEventList
{
    // Whose it is: by an operator's word, by a right, by a purchase, or by the invoice that a payment paid.
    private const string Columns =
        """
        e.id, e.type, e.status, e.note, e.object_id, e.event_created_at, e.received_at, e.applied_at, e.tries, e.next_try_at,
        coalesce(
            (select min(r.subject_ref) from entitlements r
                where r.workspace_id = e.workspace_id and r.mode = e.mode and r.stripe_subscription_id = e.object_id),
            (select min(r.subject_ref) from entitlements r
                where r.workspace_id = e.workspace_id and r.mode = e.mode and r.stripe_payment_intent_id = e.object_id),
            (select min(a.subject_ref) from checkout_attempts a
                where a.workspace_id = e.workspace_id and a.mode = e.mode and a.stripe_checkout_session_id = e.object_id),
            (select l.subject_ref from stripe_links l
                where l.workspace_id = e.workspace_id and l.mode = e.mode and l.object_id = e.object_id),
            (select min(r.subject_ref) from stripe_payments p
                join stripe_invoices i on i.workspace_id = p.workspace_id and i.mode = p.mode and i.id = p.invoice_id
                join entitlements r on r.workspace_id = p.workspace_id and r.mode = p.mode and r.stripe_subscription_id = i.subscription_id
                where p.workspace_id = e.workspace_id and p.mode = e.mode and p.id = e.object_id)) as subject_ref
        """;

    private const string InScope = "e.workspace_id = @WorkspaceId and e.mode = @mode";

    /// <summary>A page, newest first, without payloads.</summary>
    /// <param name="session">A reading session.</param>
    /// <param name="scope">Workspace and mode.</param>
    /// <param name="filter">What is asked for.</param>
    /// <param name="before">The last one of the page before.</param>
    /// <param name="limit">How many rows at most.</param>
    public static Task<IReadOnlyList<StripeEventListed>> PageAsync(
        Session session, Scope scope, StripeEventFilter filter, StripeEventPosition? before, int limit) =>
        session.ListAsync<StripeEventListed>(
            $"""
            select {Columns} from stripe_events e
            where {InScope}
                and (cast(@status as text) is null or e.status = cast(@status as text)){(filter.Status is null or "applied" ? "" : " and e.status <> 'applied'")}
                and (cast(@Type as text) is null or e.type = cast(@Type as text))
                and (cast(@beforeId as text) is null or (e.event_created_at, e.id) < (cast(@beforeAt as bigint), cast(@beforeId as text)))
            order by e.event_created_at desc, e.id desc
            limit @limit
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), status = filter.Status, filter.Type, beforeAt = before?.CreatedAt, beforeId = before?.Id, limit });

    /// <summary>One event with its payload.</summary>
    public static Task<StripeEventListed?> FindAsync(Session session, Scope scope, string id) =>
        session.FindAsync<StripeEventListed>(
            $"select {Columns}, e.payload from stripe_events e where {InScope} and e.id = @id", new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id });
}

/// <summary>What of the inbox is asked for; <see langword="null"/> asks for all.</summary>
internal sealed record StripeEventFilter(string? Status, string? Type);

/// <summary>Where a page ended.</summary>
internal sealed record StripeEventPosition(long CreatedAt, string Id)
{
    /// <summary>The position in a cursor's text, or <see langword="null"/> where it is none.</summary>
    public static StripeEventPosition? Parse(string text) =>
        text.Split('_', 2) is [var at, { Length: > 0 } id]
        && long.TryParse(at, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var createdAt)
            ? new StripeEventPosition(createdAt, id)
            : null;
}
