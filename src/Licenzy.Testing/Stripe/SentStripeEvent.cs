using System.Net;

namespace Licenzy.Testing;

/// <summary>An event that the double made, and what became of it.</summary>
public sealed class SentStripeEvent
{
    private readonly object gate = new();
    private readonly List<StripeDelivery> deliveries = [];

    internal SentStripeEvent(string id, string type, DateTimeOffset created, byte[] payload)
    {
        Id = id;
        Type = type;
        Created = created;
        Payload = payload;
    }

    /// <summary>The event's id, <c>evt_…</c>.</summary>
    public string Id { get; }

    /// <summary>The event's type, as in <c>checkout.session.completed</c>.</summary>
    public string Type { get; }

    /// <summary>When it happened, by the double's time.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>Whether the last try to deliver it was answered with 2xx.</summary>
    public bool IsDelivered => Deliveries is [.., { Status: >= HttpStatusCode.OK and < HttpStatusCode.Ambiguous }];

    /// <summary>The exact bytes that are signed and sent, each time the same.</summary>
    public byte[] Payload { get; }

    /// <summary>Every try to deliver it so far; empty while it is held or nobody listens.</summary>
    public IReadOnlyList<StripeDelivery> Deliveries
    {
        get
        {
            lock (gate)
                return [.. deliveries];
        }
    }

    internal void Add(StripeDelivery delivery)
    {
        lock (gate)
            deliveries.Add(delivery);
    }
}

/// <summary>One try to deliver an event.</summary>
/// <param name="At">When, in real time.</param>
/// <param name="Status">What was answered; <see langword="null"/> where no answer came.</param>
/// <param name="Error">Why no answer came.</param>
public sealed record StripeDelivery(DateTimeOffset At, HttpStatusCode? Status, string? Error);
