using Licenzy.Checkout;
using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Audit;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Metrics;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.StripeInbound;

/// <summary>Stripe calls us (CONTRACT §1): the signature over the raw bytes first, then the event, once.</summary>
internal sealed class StripeWebhookEndpoints(
    Db db, BillingInbox inbox, StripeConnectionSecrets secrets, AuditStore audit, Meters meters, TimeProvider clock, ILogger<StripeWebhookEndpoints> logger)
{
    private const string Header = "Stripe-Signature";

    // An event that names no connection is tried against many secrets: dear for us, free for whoever sends nonsense.
    private static readonly SemaphoreSlim Searches = new(16);

    private readonly IgnoredNotes _notes = new();

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapPost("/webhooks/stripe/tenant", (StripeWebhookEndpoints webhooks, HttpContext context) => webhooks.TenantAsync(context))
            .WithSummary("Called by Stripe with the events of a workspace's own account")
            .WithQuery("connection", "con_…: the connection the endpoint was set up for");

    private async Task<JsonAnswer<WebhookReceivedResponse>> TenantAsync(HttpContext context)
    {
        try
        {
            return await TakeAsync(context).ConfigureAwait(false);
        }
        catch (RefusedException)
        {
            meters.StripeSent("unknown", "refused");
            throw;
        }
    }

    private async Task<JsonAnswer<WebhookReceivedResponse>> TakeAsync(HttpContext context)
    {
        var now = clock.GetUtcNow();
        var signature = StripeSignature.Parse(context.Request.Headers[Header] is [{ } header] ? header : null);
        if (signature?.IsFresh(now) != true)
        {
            throw Refused("is missing, malformed or more than 300 s off.");
        }

        var body = await RawBody.ReadAsync(context, RawBody.StripeLimit).ConfigureAwait(false);
        var connection = await SignerAsync(signature, body, context).ConfigureAwait(false)
            ?? throw Refused("does not fit the body under this connection's signing secret.");
        var billing = StripeEventReader.Read(body) ?? throw new RefusedException(Refusal.InvalidRequest("body", "is not a Stripe event."));

        var result = "ignored";
        if (billing is UnknownEvent)
        {
            // Without effect, whoever's it is.
        }
        else if (Foreign(billing, connection) is { } why)
        {
            await IgnoreAsync(billing, connection, why, context).ConfigureAwait(false);
        }
        else
        {
            result = await inbox.ReceiveAsync(connection.Scope, billing, body, context.RequestAborted).ConfigureAwait(false);
        }

        meters.StripeSent(RequiredEvents.Label(billing.Type), result);

        return new JsonAnswer<WebhookReceivedResponse>(new WebhookReceivedResponse { Received = true });
    }

    private async Task<StripeConnectionRow?> SignerAsync(StripeSignature signature, byte[] body, HttpContext context)
    {
        var named = context.Request.Query["connection"] switch
        {
            [] => null,
            [{ Length: <= 64 } id] => id,
            _ => throw new RefusedException(Refusal.InvalidRequest("connection", "must be a connection's id, con_…, once.")),
        };
        if (named is null && !Searches.Wait(0, CancellationToken.None))
        {
            throw new RefusedException(Refusal.Unavailable("Too many events without ?connection= at once. Use the webhook_url that the portal shows."));
        }

        try
        {
            return await FindSignerAsync(signature, body, named, context).ConfigureAwait(false);
        }
        finally
        {
            if (named is null)
            {
                Searches.Release();
            }
        }
    }

    private async Task<StripeConnectionRow?> FindSignerAsync(StripeSignature signature, byte[] body, string? named, HttpContext context)
    {
        var candidates = await db.ReadAsync(session => StripeConnectionStore.ForEventAsync(session, named), context.RequestAborted).ConfigureAwait(false);
        return candidates.FirstOrDefault(connection => secrets.WebhookSecrets(connection, clock.GetUtcNow()).Any(secret => signature.IsBy(secret, body)));
    }

    // The other mode's events, or another account's: accepted so that Stripe does not retry, but nothing of ours may change (SECURITY T29).
    private static string? Foreign(BillingEvent billing, StripeConnectionRow connection) =>
        billing.Livemode != (connection.Scope.Mode == Mode.Live) ? $"its livemode is not the connection's {connection.Mode} mode"
        // Events of one's own account name none; where ours is not known, whichever is named may be a customer's of ours.
        : billing.Account is { } account && account != connection.AccountId ? "it is about another Stripe account"
        : null;

    private async Task IgnoreAsync(BillingEvent billing, StripeConnectionRow connection, string why, HttpContext context)
    {
        Log.EventIgnored(logger, billing.Id, billing.Type, why);
        if (!_notes.MayNote(connection.Id, clock.GetUtcNow()))
        {
            return;
        }

        await db.WriteAsync(
            session => audit.AddAsync(session, connection.Scope, new AuditEntry("stripe", "stripe_event.ignored", billing.Id, why), context),
            context.RequestAborted).ConfigureAwait(false);
    }

    private static RefusedException Refused(string message) => new(Refusal.InvalidRequest(Header, message));
}
