using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Licenzy.Domain.Webhooks;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Makes one try: signs the stored bytes for this moment and sends them.</summary>
internal sealed class DeliveryTry(WebhookTransport transport, Targets targets, EndpointSecrets secrets, TimeProvider clock, ILogger<DeliveryTry> logger)
{
    private static readonly ProductInfoHeaderValue Agent = new("Licenzy-Webhooks", typeof(DeliveryTry).Assembly.GetName().Version?.ToString(3));

    /// <summary>Never throws: whatever went wrong is how the try ended.</summary>
    public async Task<TryDone> RunAsync(Claim claim, CancellationToken cancellationToken)
    {
        var (at, begun) = (clock.GetUtcNow(), clock.GetTimestamp());
        Reply reply;
        try
        {
            // The settings may have changed since the address was saved; where its name leads to is asked at the dialling.
            reply = TargetRules.OfText(claim.Endpoint.Url, claim.Endpoint.Scope.Mode, targets.Policy) is { } fault
                ? Reply.None(fault.Code)
                : await SendAsync(claim, at, cancellationToken).ConfigureAwait(false);
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

    private async Task<Reply> SendAsync(Claim claim, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, claim.Endpoint.Url) { Content = new ByteArrayContent(claim.Payload) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(Agent);
        request.Headers.Add("webhook-id", claim.Delivery.EventId);
        request.Headers.Add("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(
            "webhook-signature", string.Join(' ', secrets.At(claim.Endpoint, at).Select(secret => WebhookSignature.Sign(secret, claim.Delivery.EventId, at, claim.Payload))));
        return await transport.SendAsync(request, at, cancellationToken).ConfigureAwait(false);
    }
}
