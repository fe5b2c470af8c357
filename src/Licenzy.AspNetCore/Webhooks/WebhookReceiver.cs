using System.Globalization;
using Licenzy.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Licenzy.AspNetCore.Webhooks;

/// <summary>Takes a delivery: reads its bytes, verifies them, and hands the event to the application, once.</summary>
internal sealed class WebhookReceiver(
    IOptionsMonitor<LicenzyWebhookOptions> options, IEnumerable<WebhookSubscription> subscriptions, HandledWebhooks handled, TimeProvider clock, ILogger<WebhookReceiver> log)
{
    private readonly WebhookSubscription[] _subscriptions = [.. subscriptions];

    public async Task ReceiveAsync(HttpContext context)
    {
        try
        {
            var body = await WebhookBody.ReadAsync(context.Request, context.RequestAborted);
            await (body is null ? RefuseAsync(context, TooLarge) : TakeAsync(context, body));
        }
        catch (BadHttpRequestException broken)
        {
            // The application's own limit, or a body that never came.
            await RefuseAsync(context, (broken.StatusCode, ErrorCodes.InvalidRequest, "The body could not be read."));
        }
    }

    private async Task TakeAsync(HttpContext context, byte[] body)
    {
        var (settings, headers) = (options.CurrentValue, context.Request.Headers);
        string? id = headers["webhook-id"];
        var reading = WebhookReading.Of(
            settings.Secrets, id, headers["webhook-timestamp"], headers["webhook-signature"], body, clock.GetUtcNow(), settings.Tolerance);
        if (reading.Event is not { } received)
        {
            Log.WebhookRefused(log, reading.Refusal);
            await RefuseAsync(context, (StatusCodes.Status400BadRequest, "invalid_webhook", Sentence(reading.Refusal, settings)));
        }
        else if (await handled.OnceAsync(id!, () => HandleAsync(received, context), context.RequestAborted))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            await RefuseAsync(context, NotHandled);
        }
    }

    private async Task<bool> HandleAsync(WebhookEvent received, HttpContext context)
    {
        try
        {
            foreach (var subscription in _subscriptions.Where(subscription => subscription.IsFor(received.Type)))
                await subscription.HandleAsync(received, context.RequestServices, context.RequestAborted);
            return true;
        }
        catch (Exception failure)
        {
            // Whatever it was: an answer that is no success is what brings the event again.
            Log.WebhookNotHandled(log, received.Type, received.Id, failure);
            return false;
        }
    }

    private static (int Status, string Error, string Detail) TooLarge { get; } =
        (StatusCodes.Status413PayloadTooLarge, ErrorCodes.PayloadTooLarge, string.Create(CultureInfo.InvariantCulture, $"The body is larger than {WebhookBody.Limit} bytes."));

    private static (int Status, string Error, string Detail) NotHandled { get; } =
        (StatusCodes.Status500InternalServerError, ErrorCodes.Internal, "The event was not handled. Send it again later.");

    // A forger learns nothing here that the standard does not say; who sets the endpoint up learns what to look at.
    private static string Sentence(WebhookRefusal? refusal, LicenzyWebhookOptions settings) => refusal switch
    {
        WebhookRefusal.HeadersUnusable => "webhook-id, webhook-timestamp and webhook-signature are needed, as Standard Webhooks has them.",
        WebhookRefusal.OutsideTolerance => $"webhook-timestamp is more than {settings.Tolerance} from this server's clock.",
        WebhookRefusal.SignatureMismatch => "No signature fits the body. Compare the endpoint's secret with Licenzy:Webhooks:Secret.",
        _ => "The signature fits, but the body is no event that this version can read.",
    };

    private static Task RefuseAsync(HttpContext context, (int Status, string Error, string Detail) refusal)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Problem(
            refusal.Detail, statusCode: refusal.Status, type: "urn:licenzy:error:" + refusal.Error, extensions: new Dictionary<string, object?> { ["error"] = refusal.Error })
            .ExecuteAsync(context);
    }
}
