using System.Net;
using System.Net.Http.Headers;

namespace Licenzy.Testing;

/// <summary>Writes events, keeps them, and posts them signed: one after the other, each try signed anew.</summary>
internal sealed class EventOutbox(DoubleClock clock, string apiVersion) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly object gate = new();
    private readonly List<SentStripeEvent> events = [];
    private readonly List<SentStripeEvent> held = [];
    private (Uri Url, string Secret)? target;

    public bool Hold { get; set; }

    public IReadOnlyList<SentStripeEvent> Events
    {
        get
        {
            lock (gate)
                return [.. events];
        }
    }

    public IReadOnlyList<SentStripeEvent> Held
    {
        get
        {
            lock (gate)
                return [.. held];
        }
    }

    public void SendTo(Uri url, string secret)
    {
        lock (gate)
            target = (url, secret);
    }

    public async Task EmitAsync(IEnumerable<PendingEvent> pending, CancellationToken cancellationToken)
    {
        // All are written before the first is sent: a held or failed one never changes what the next one says.
        foreach (var made in pending.Select(Write).ToList())
        {
            if (!TryHold(made) && target is not null)
                await TryPostAsync(made, cancellationToken).ConfigureAwait(false);
        }
    }

    public IReadOnlyList<SentStripeEvent> TakeHeld()
    {
        lock (gate)
        {
            SentStripeEvent[] taken = [.. held];
            held.Clear();
            return taken;
        }
    }

    public SentStripeEvent Find(string eventId) =>
        Events.FirstOrDefault(made => made.Id == eventId)
        ?? throw new ArgumentException($"The double has made no event '{eventId}'.", nameof(eventId));

    public async Task<HttpStatusCode> DeliverAsync(SentStripeEvent made, CancellationToken cancellationToken)
    {
        var at = clock.Real.GetUtcNow();
        try
        {
            var status = await PostAsync(made.Payload, null, cancellationToken).ConfigureAwait(false);
            made.Add(new StripeDelivery(at, status, null));
            return status;
        }
        catch (HttpRequestException e)
        {
            made.Add(new StripeDelivery(at, null, e.Message));
            throw;
        }
    }

    public async Task<HttpStatusCode> PostAsync(byte[] payload, string? signature, CancellationToken cancellationToken)
    {
        var (url, secret) = target ?? throw new InvalidOperationException("Nobody listens. Call SendEventsTo(webhookUrl) before delivering events.");
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(payload) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.TryAddWithoutValidation("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)");

        // Receivers compare the signature with real time, whatever time it is for the rules.
        signature ??= StripeSignature.Sign(payload, secret, clock.Real.GetUtcNow());
        if (signature.Length > 0)
            request.Headers.TryAddWithoutValidation("Stripe-Signature", signature);
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return response.StatusCode;
    }

    public void Dispose() => http.Dispose();

    private SentStripeEvent Write(PendingEvent pending)
    {
        var document = pending.Write(new StripeEventOptions
        {
            Created = pending.At, ApiVersion = apiVersion, RequestId = pending.RequestId, IdempotencyKey = pending.IdempotencyKey,
        });
        var made = new SentStripeEvent((string)document["id"]!, (string)document["type"]!, pending.At, document.ToBytes());
        lock (gate)
            events.Add(made);
        return made;
    }

    private bool TryHold(SentStripeEvent made)
    {
        lock (gate)
        {
            if (Hold)
                held.Add(made);
            return Hold;
        }
    }

    // What happened at Stripe has happened, whether or not somebody heard of it.
    private async Task TryPostAsync(SentStripeEvent made, CancellationToken cancellationToken)
    {
        try
        {
            await DeliverAsync(made, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            // Recorded with the event; it can be delivered again.
        }
    }
}
