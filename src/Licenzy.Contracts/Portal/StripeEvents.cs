using System.Text.Json;
using System.Text.Json.Serialization;

namespace Licenzy.Portal;

/// <summary>An event that Stripe sent, and what became of it.</summary>
public sealed record StripeEventResponse
{
    /// <summary>Stripe's id, <c>evt_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Stripe's type, such as <c>invoice.paid</c>.</summary>
    public required string Type { get; init; }

    /// <summary><c>applied</c>, <c>unmatched</c> (nothing here fits it), <c>pending</c> (Stripe is asked first) or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it stands there; <see langword="null"/> where it is applied.</summary>
    public required string? Note { get; init; }

    /// <summary>Stripe's object that it is about: a session, a subscription or a payment; an invoice's event names its subscription.</summary>
    public required string? ObjectId { get; init; }

    /// <summary>Whose it is; <see langword="null"/> while that is not known.</summary>
    public required string? SubjectRef { get; init; }

    /// <summary>When it happened, by Stripe's clock, to the second.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it came here first.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When it took effect; <see langword="null"/> while it has not.</summary>
    public required DateTimeOffset? AppliedAt { get; init; }

    /// <summary>How often the server has tried again by itself.</summary>
    public required long Tries { get; init; }

    /// <summary>When it tries again; <see langword="null"/> for not by itself.</summary>
    public required DateTimeOffset? NextTryAt { get; init; }

    /// <summary>What Stripe sent, personal data included. Only where one event is read, never in a list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Payload { get; init; }
}

/// <summary><c>POST /portal/stripe/events/{id}/link</c>: whose it is.</summary>
public sealed record LinkStripeEventRequest
{
    /// <summary>The customer's own id, 1 to 255 characters.</summary>
    public required string SubjectRef { get; init; }
}
