using System.Net;

namespace Licenzy.Testing;

/// <content>How events reach their receiver.</content>
public sealed partial class StripeDouble
{
    /// <summary>Every event so far, sent or not, in the order it was made.</summary>
    public IReadOnlyList<SentStripeEvent> Events => outbox.Events;

    /// <summary>The events that wait for <see cref="ReleaseAsync"/>.</summary>
    public IReadOnlyList<SentStripeEvent> HeldEvents => outbox.Held;

    /// <summary>While <see langword="true"/>, events wait instead of being sent. Setting it back sends nothing: <see cref="ReleaseAsync"/> does.</summary>
    public bool HoldEvents
    {
        get => outbox.Hold;
        set => outbox.Hold = value;
    }

    /// <summary>Names the receiver of events from now on, instead of the one before.</summary>
    /// <param name="webhookUrl">Where to post.</param>
    /// <param name="secret">What to sign with; by default <see cref="WebhookSecret"/>.</param>
    public void SendEventsTo(Uri webhookUrl, string? secret = null)
    {
        ArgumentNullException.ThrowIfNull(webhookUrl);
        outbox.SendTo(webhookUrl, secret ?? WebhookSecret);
    }

    /// <summary>Sends the waiting events.</summary>
    /// <param name="order">Gives the order; it may leave events out, which are then lost, or repeat them. By default, as they were made.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    /// <returns>What was answered, in the order of sending.</returns>
    /// <exception cref="HttpRequestException">The receiver did not answer.</exception>
    public async Task<IReadOnlyList<HttpStatusCode>> ReleaseAsync(
        Func<IReadOnlyList<SentStripeEvent>, IEnumerable<SentStripeEvent>>? order = null, CancellationToken cancellationToken = default)
    {
        var held = outbox.TakeHeld();
        var answers = new List<HttpStatusCode>();
        foreach (var made in order?.Invoke(held) ?? held)
            answers.Add(await outbox.DeliverAsync(made, cancellationToken).ConfigureAwait(false));
        return answers;
    }

    /// <summary>Sends an event again: the same bytes, signed anew.</summary>
    /// <exception cref="HttpRequestException">The receiver did not answer.</exception>
    public Task<HttpStatusCode> RedeliverAsync(string eventId, CancellationToken cancellationToken = default) =>
        outbox.DeliverAsync(outbox.Find(eventId), cancellationToken);

    /// <summary>Sends again, in their order, all events whose last try was not answered with 2xx, as Stripe does by itself for three days. Held ones still wait.</summary>
    /// <returns>What was answered, in the order of sending.</returns>
    /// <exception cref="HttpRequestException">The receiver did not answer.</exception>
    public async Task<IReadOnlyList<HttpStatusCode>> RedeliverFailedAsync(CancellationToken cancellationToken = default)
    {
        var answers = new List<HttpStatusCode>();
        foreach (var made in Events.Where(made => made is { IsDelivered: false, Deliveries.Count: > 0 }))
            answers.Add(await outbox.DeliverAsync(made, cancellationToken).ConfigureAwait(false));
        return answers;
    }

    /// <summary>Sends any bytes as a webhook.</summary>
    /// <param name="payload">The body, exactly.</param>
    /// <param name="signature">The <c>Stripe-Signature</c> header; <see langword="null"/> for a right one, empty for none at all.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    /// <exception cref="HttpRequestException">The receiver did not answer.</exception>
    public Task<HttpStatusCode> DeliverAsync(byte[] payload, string? signature = null, CancellationToken cancellationToken = default) =>
        outbox.PostAsync(payload, signature, cancellationToken);
}
