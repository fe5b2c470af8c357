using System.Text.Json;
using Licenzy.Checkout;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.StripeInbound;

/// <summary>The operator's own Stripe account calls (CONTRACT §1): it bills the accounts of this server and moves their plans.</summary>
internal sealed class OperatorBillingEndpoints(
    OperatorBilling billing, IOptions<LicenzyServerOptions> options, TimeProvider clock, ILogger<OperatorBillingEndpoints> logger)
{
    private const string Header = "Stripe-Signature";

    // Nobody sets a server up within the hour, and Stripe tries again for days.
    private const int RetryAfterSeconds = 3600;

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapPost("/webhooks/stripe/billing", (OperatorBillingEndpoints webhook, HttpContext context) => webhook.ReceiveAsync(context))
            .WithSummary("Called by Stripe with the events of the operator's own account, which bills the accounts of this server");

    private async Task<JsonAnswer<WebhookReceivedResponse>> ReceiveAsync(HttpContext context)
    {
        if (options.Value.Billing is not { WebhookSecret: { } secret } settings)
        {
            throw new RefusedException(Refusal.Unavailable("This server bills nobody: Licenzy:Billing:WebhookSecret is not set.", RetryAfterSeconds));
        }

        var signature = StripeSignature.Parse(context.Request.Headers[Header] is [{ } header] ? header : null);
        if (signature?.IsFresh(clock.GetUtcNow()) != true)
        {
            throw new RefusedException(Refusal.InvalidRequest(Header, "is missing, malformed or more than 300 s off."));
        }

        var body = await RawBody.ReadAsync(context, RawBody.StripeLimit).ConfigureAwait(false);
        if (!signature.IsBy(secret, body) && !(settings.PreviousWebhookSecret is { } previous && signature.IsBy(previous, body)))
        {
            throw new RefusedException(Refusal.InvalidRequest(Header, "does not fit the body under the signing secret of the operator's billing."));
        }

        await TakeAsync(body, context.RequestAborted).ConfigureAwait(false);
        return new JsonAnswer<WebhookReceivedResponse>(new WebhookReceivedResponse { Received = true });
    }

    private async Task TakeAsync(byte[] body, CancellationToken cancellationToken)
    {
        var news = StripeEventReader.Read(body) ?? throw NoEvent();
        OperatorEvent? one;
        try
        {
            one = OperatorEventReader.Read(news, body);
        }
        catch (JsonException)
        {
            throw NoEvent();
        }

        if (one is not null)
        {
            await billing.ReceiveAsync(one, body, cancellationToken).ConfigureAwait(false);
        }
        else if (news.Account is not null)
        {
            Log.EventIgnored(logger, news.Id, news.Type, "it is about an account connected to the operator's");
        }
    }

    private static RefusedException NoEvent() => new(Refusal.InvalidRequest("body", "is not a Stripe event."));
}
