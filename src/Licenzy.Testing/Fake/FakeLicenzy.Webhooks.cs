using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Licenzy.Json;
using Licenzy.Webhooks;

namespace Licenzy.Testing;

/// <content>Webhooks: an endpoint, and the tests of it, which wait for ever, since nothing is sent from here.</content>
public sealed partial class FakeLicenzy
{
    private readonly Dictionary<string, WebhookDeliveryResponse> _deliveries = new(StringComparer.Ordinal);
    private WebhookEndpointResponse? _endpoint;

    /// <inheritdoc/>
    /// <remarks>It keeps an endpoint and what <see cref="ILicenzyWebhooks.SendTestAsync"/> was asked for; nothing is sent, and other events are not recorded.</remarks>
    public ILicenzyWebhooks Webhooks => new FakeWebhooks(this);

    private sealed class FakeWebhooks(FakeLicenzy licenzy) : ILicenzyWebhooks
    {
        private const string Waits = "pending";
        private const string Dead = "dead";
        private static readonly string[] Statuses = [Waits, "failed", Dead, "sent"];

        public Task<WebhookEndpointResponse> GetEndpointAsync(CancellationToken cancellationToken = default) =>
            licenzy.AnswerAsync(null, _ => Endpoint(), cancellationToken);

        public Task<WebhookEndpointResponse> SetEndpointAsync(SetWebhookEndpointRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(request);
            RequireKey(idempotencyKey);
            return licenzy.AnswerAsync(
                null,
                now =>
                {
                    licenzy.Refuse([.. Wrong(request)]);
                    return licenzy.Once(nameof(SetEndpointAsync), idempotencyKey, Body(request, LicenzyJson.Default.SetWebhookEndpointRequest), () => Set(request, now));
                },
                cancellationToken);
        }

        public Task DeleteEndpointAsync(CancellationToken cancellationToken = default) => licenzy.AnswerAsync(
            null,
            _ =>
            {
                Endpoint();
                licenzy._endpoint = null;
                foreach (var waiting in licenzy._deliveries.Values.Where(one => one.Status == Waits).ToList())
                    Keep(waiting with { Status = Dead, LastError = "endpoint_deleted", NextAttemptAt = null });
                return true;
            },
            cancellationToken);

        public Task<WebhookEndpointResponse> RotateSecretAsync(RotateWebhookSecretRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(request);
            RequireKey(idempotencyKey);
            return licenzy.AnswerAsync(
                null,
                _ =>
                {
                    licenzy.Refuse(request.OverlapHours is null or (>= 0 and <= 168) ? null : new FieldError { Field = "overlap_hours", Message = "must be a whole number from 0 to 168." });
                    return licenzy.Once(nameof(RotateSecretAsync), idempotencyKey, Body(request, LicenzyJson.Default.RotateWebhookSecretRequest), () => Shown(Endpoint()));
                },
                cancellationToken);
        }

        public Task<WebhookDeliveryResponse> SendTestAsync(CancellationToken cancellationToken = default) =>
            licenzy.AnswerAsync(
                null,
                now =>
                {
                    RequireEnabled(Endpoint());
                    return Listed(Test(now));
                },
                cancellationToken);

        public Task<Page<WebhookDeliveryResponse>> ListDeliveriesAsync(WebhookDeliveryQuery? query = null, CancellationToken cancellationToken = default)
        {
            if (query?.SubjectRef is { } subject)
                RequireText(subject);
            return licenzy.AnswerAsync(
                query?.SubjectRef,
                _ =>
                {
                    licenzy.Refuse(query?.SubjectRef is { } asked ? FakeLicenzy.Wrong(asked) : null);
                    licenzy.Refuse(
                        query?.Status is null || Statuses.Contains(query.Status) ? null : new FieldError { Field = "status", Message = $"must be one of: {string.Join(", ", Statuses)}." },
                        WrongType(query?.Type));
                    // A test is about no subject.
                    var fitting = licenzy._deliveries.Values.Where(one => query?.SubjectRef is null && (query?.Status ?? one.Status) == one.Status && (query?.Type ?? one.Type) == one.Type
                        && !(one.CreatedAt < query?.Since) && !(one.CreatedAt >= query?.Until));
                    return licenzy.PageOf(fitting, one => one.Id, Listed, query?.Limit, query?.Cursor);
                },
                cancellationToken);
        }

        public Task<WebhookDeliveryResponse> GetDeliveryAsync(string deliveryId, CancellationToken cancellationToken = default) =>
            licenzy.AnswerAsync(null, _ => Delivery(deliveryId), cancellationToken);

        public Task<WebhookDeliveryResponse> RequeueAsync(string deliveryId, CancellationToken cancellationToken = default) => licenzy.AnswerAsync(
            null,
            now =>
            {
                var delivery = Delivery(deliveryId);
                if (licenzy._endpoint is null)
                    throw Conflict(ErrorCodes.NotRequeueable, "There is no endpoint any more to send it to. Set one first.");
                if (delivery.Status != Dead)
                    throw Conflict(ErrorCodes.NotRequeueable, $"It is {delivery.Status}; only failed and dead deliveries can be requeued. To repeat this one, resend it.");
                return Listed(Keep(delivery with { Status = Waits, NextAttemptAt = now }));
            },
            cancellationToken);

        public Task<WebhookDeliveryResponse> ResendAsync(string deliveryId, string? idempotencyKey = null, CancellationToken cancellationToken = default)
        {
            RequireKey(idempotencyKey);
            return licenzy.AnswerAsync(
                null,
                now => licenzy.Once<WebhookDeliveryResponse>(
                    nameof(ResendAsync) + deliveryId, idempotencyKey, "",
                    () =>
                    {
                        var first = Delivery(deliveryId);
                        RequireEnabled(licenzy._endpoint);
                        var again = Keep(first with { Id = licenzy.NewId("dlv"), Status = Waits, LastError = null, NextAttemptAt = now, CreatedAt = now, ResendOf = first.Id });
                        return () => Listed(again);
                    }),
                cancellationToken);
        }

        public Task<RequeueDeadWebhooksResponse> RequeueDeadAsync(RequeueDeadWebhooksRequest request, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(request);
            return licenzy.AnswerAsync(
                null,
                now =>
                {
                    licenzy.Refuse(WrongType(request.Type), FakeLicenzy.Wrong(request.Limit ?? 1, "limit", 1000));
                    if (licenzy._endpoint is null)
                        throw Conflict(ErrorCodes.NotRequeueable, "There is no endpoint to send them to. Set one first.");
                    var fitting = licenzy._deliveries.Values.Where(one => one.Status == Dead && (request.Type ?? one.Type) == one.Type && !(one.CreatedAt < request.Since) && !(one.CreatedAt >= request.Until))
                        .OrderBy(one => one.Id, StringComparer.Ordinal).ToList();
                    var chosen = fitting.Take((int)(request.Limit ?? 1000)).ToList();
                    foreach (var (dead, place) in chosen.Select((one, place) => (one, place)))
                        Keep(dead with { Status = Waits, NextAttemptAt = now.AddMilliseconds(100 * place) });
                    return new RequeueDeadWebhooksResponse { Requeued = chosen.Count, Remaining = fitting.Count - chosen.Count };
                },
                cancellationToken);
        }

        // What is there stays but for what the request says; only a new one's secret is shown.
        private Func<WebhookEndpointResponse> Set(SetWebhookEndpointRequest request, DateTimeOffset now)
        {
            var isEnabled = request.Enabled ?? true;
            var next = new WebhookEndpointResponse
            {
                Id = licenzy._endpoint?.Id ?? licenzy.NewId("whe"), Url = request.Url, EventTypes = request.EventTypes, Description = request.Description, Enabled = isEnabled,
                DisabledReason = isEnabled ? null : "operator", SecretHint = licenzy._endpoint?.SecretHint ?? "", CreatedAt = licenzy._endpoint?.CreatedAt ?? now,
            };
            if (licenzy._endpoint is null)
                return Shown(next);
            licenzy._endpoint = next;
            return () => next;
        }

        private Func<WebhookEndpointResponse> Shown(WebhookEndpointResponse endpoint)
        {
            var secret = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
            licenzy._endpoint = endpoint with { SecretHint = $"whsec_…{secret[^4..]}" };
            var shown = licenzy._endpoint with { Secret = secret };
            return () => shown;
        }

        private WebhookDeliveryResponse Test(DateTimeOffset now)
        {
            var told = new WebhookEvent
            {
                Id = licenzy.NewId("evt"), Type = WebhookEventTypes.EndpointTest, Timestamp = now,
                Data = new WebhookEventData { WorkspaceId = "ws_fake", Mode = "test", Source = "runtime", Reason = "endpoint_test", ActorUserId = "key_fake" },
            };
            return Keep(new WebhookDeliveryResponse
            {
                Id = licenzy.NewId("dlv"), EventId = told.Id, Type = told.Type, Status = Waits, Attempts = 0, LastHttpStatus = null, LastError = null, NextAttemptAt = now, CreatedAt = now,
                SentAt = null, ResendOf = null, Payload = JsonSerializer.SerializeToElement(told, LicenzyJson.Default.WebhookEvent), AttemptLog = [],
            });
        }

        private WebhookDeliveryResponse Keep(WebhookDeliveryResponse delivery) => licenzy._deliveries[delivery.Id] = delivery;

        private static WebhookDeliveryResponse Listed(WebhookDeliveryResponse delivery) => delivery with { Payload = null, AttemptLog = null };

        private WebhookEndpointResponse Endpoint() => licenzy._endpoint
            ?? throw licenzy.Refused(HttpStatusCode.NotFound, ErrorCodes.NotFound, "No webhook endpoint is set in test mode. Set one: PUT /v1/webhooks/endpoint.");

        private void RequireEnabled(WebhookEndpointResponse? endpoint)
        {
            if (endpoint is null)
                throw Conflict(ErrorCodes.EndpointDisabled, "There is no endpoint any more to send to. Set one first.");
            if (!endpoint.Enabled)
                throw Conflict(ErrorCodes.EndpointDisabled, $"The endpoint is disabled ({endpoint.DisabledReason}). Enable it first: \"enabled\": true.");
        }

        private WebhookDeliveryResponse Delivery(string deliveryId)
        {
            ArgumentException.ThrowIfNullOrEmpty(deliveryId);
            return licenzy._deliveries.GetValueOrDefault(deliveryId) ?? throw licenzy.Refused(HttpStatusCode.NotFound, ErrorCodes.NotFound, "There is nothing of that name here.");
        }

        private LicenzyApiException Conflict(string code, string detail) => licenzy.Refused(HttpStatusCode.Conflict, code, detail);

        private static FieldError? WrongType(string? type) => type is null || WebhookEventTypes.All.Contains(type) ? null
            : new FieldError { Field = "type", Message = $"must be one of: {string.Join(", ", WebhookEventTypes.All)}." };

        private static IEnumerable<FieldError?> Wrong(SetWebhookEndpointRequest request)
        {
            yield return Uri.TryCreate(request.Url, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && request.Url.Length <= 2048 ? null
                : new FieldError { Field = "url", Message = "must be an absolute https address of at most 2,048 characters." };
            if (request.EventTypes is not { } types)
                yield break;
            if (types.Count == 0)
                yield return new FieldError { Field = "event_types", Message = "must name at least one type; leave it out for all but usage.consumed." };
            for (var i = 0; i < types.Count; i++)
            {
                if (!WebhookEventTypes.All.Contains(types[i]))
                    yield return new FieldError { Field = $"event_types[{i}]", Message = $"must be one of: {string.Join(", ", WebhookEventTypes.All)}." };
                if (types.Take(i).Contains(types[i]))
                    yield return new FieldError { Field = $"event_types[{i}]", Message = "stands there twice." };
            }
        }
    }
}
