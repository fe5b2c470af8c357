using System.Globalization;
using System.Security.Cryptography;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Makes one try: signs the stored bytes for this moment and sends them.</summary>
internal sealed class DeliveryTry(WebhookTransport transport, Letterheads letterheads, TimeProvider clock, ILogger<DeliveryTry> logger)
{
    private static readonly string Agent = $"Licenzy-Webhooks/{typeof(DeliveryTry).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Whether the claim's lease lasts for a whole try.</summary>
    public bool HasTime(Claim claim) => claim.Delivery.LeasedUntil - Instant.Millis(clock.GetUtcNow()) > WebhookTransport.LongestTry.TotalMilliseconds;

    /// <summary>Never throws: whatever went wrong is how the try ended.</summary>
    public async Task<TryDone> RunAsync(Claim claim, CancellationToken cancellationToken)
    {
        var (at, begun) = (clock.GetUtcNow(), clock.GetTimestamp());
        Reply reply;
        try
        {
            var head = letterheads.Of(claim.Endpoint);
            reply = head.Fault is { } fault ? Reply.None(fault.Code) : await SendAsync(claim, head, at, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            reply = Reply.None(TryDone.Interrupted);
        }
        catch (CryptographicException unreadable)
        {
            Log.EndpointSecretUnreadable(logger, unreadable, claim.Endpoint.Id);
            reply = Reply.None("secret_unreadable");
        }
#pragma warning disable CA1031 // A fault of ours must not keep the endpoint's place forever.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.TryFailed(logger, failure, claim.Delivery.Id);
            reply = Reply.None("internal");
        }

        return new TryDone(claim, reply, at, clock.GetElapsedTime(begun));
    }

    private async Task<Reply> SendAsync(Claim claim, Letterhead head, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, head.Url) { Content = new ByteArrayContent(claim.Payload) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        request.Headers.TryAddWithoutValidation("webhook-id", claim.Delivery.EventId);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(
            "webhook-signature", string.Join(' ', head.SecretsAt(at).Select(secret => WebhookSignature.Sign(secret, claim.Delivery.EventId, at, claim.Payload))));
        return await transport.SendAsync(request, at, cancellationToken).ConfigureAwait(false);
    }
}
