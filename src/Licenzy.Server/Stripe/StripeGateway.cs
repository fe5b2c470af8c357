using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Licenzy.Server.Hosting.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;

namespace Licenzy.Server.Stripe;

/// <summary>Stripe over HTTP: form encoding, a pinned version, Stripe's own retry rules. Keys go into the header and nowhere else.</summary>
internal sealed class StripeGateway(
    IOptions<LicenzyServerOptions> options, StripeKeyWatch watch, Meters meters, TimeProvider clock, ILogger<StripeGateway> logger) : IStripeGateway, IDisposable
{
    /// <summary>The API version whose shapes are asked for; events come in the version of the endpoint, and any is read.</summary>
    private const string Version = "2026-07-29.dahlia";
    private const int LargestAnswer = 4 * 1024 * 1024;

    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline = StripeRetries.Pipeline(clock);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        // A redirect would carry the key to another host.
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        BaseAddress = options.Value.Stripe.ApiBase,
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = LargestAnswer,
    };

    public Task<StripeAnswer<StripeAccount>> GetAccountAsync(string secretKey, CancellationToken cancellationToken) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, "/v1/account"), secretKey, StripeJson.Default.StripeAccount, cancellationToken);

    public Task<StripeAnswer<StripePrice>> GetPriceAsync(string secretKey, string priceId, CancellationToken cancellationToken) =>
        SendAsync(
            () => new HttpRequestMessage(HttpMethod.Get, $"/v1/prices/{Uri.EscapeDataString(priceId)}"), secretKey, StripeJson.Default.StripePrice, cancellationToken);

    public Task<StripeAnswer<StripeCheckoutSession>> CreateCheckoutSessionAsync(
        string secretKey, string form, string idempotencyKey, CancellationToken cancellationToken) =>
        SendAsync(() => Post("/v1/checkout/sessions", form, idempotencyKey), secretKey, StripeJson.Default.StripeCheckoutSession, cancellationToken);

    public Task<StripeAnswer<StripePortalSession>> CreateBillingPortalSessionAsync(
        string secretKey, string customerId, string returnUrl, string idempotencyKey, CancellationToken cancellationToken) =>
        SendAsync(
            () => Post(
                "/v1/billing_portal/sessions", $"customer={Uri.EscapeDataString(customerId)}&return_url={Uri.EscapeDataString(returnUrl)}", idempotencyKey),
            secretKey, StripeJson.Default.StripePortalSession, cancellationToken);

    public Task<StripeAnswer<StripeObject>> GetAsync(string secretKey, string path, CancellationToken cancellationToken) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), secretKey, Whole, cancellationToken);

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Post(string path, string form, string idempotencyKey)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(form, Encoding.ASCII, "application/x-www-form-urlencoded") };
        request.Headers.Add(LicenzyHeaders.IdempotencyKey, idempotencyKey);
        return request;
    }

    private Task<StripeAnswer<T>> SendAsync<T>(
        Func<HttpRequestMessage> make, string secretKey, JsonTypeInfo<T> shape, CancellationToken cancellationToken)
        where T : class =>
        SendAsync(make, secretKey, (body, _) => JsonSerializer.Deserialize(body, shape), cancellationToken);

    private async Task<StripeAnswer<T>> SendAsync<T>(
        Func<HttpRequestMessage> make, string secretKey, Func<byte[], HttpResponseMessage, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var response = await _pipeline.ExecuteAsync(
                async token =>
                {
                    using var request = make();
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secretKey);
                    request.Headers.Add("Stripe-Version", Version);
                    return await _http.SendAsync(request, token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
            var answer = await AnswerAsync(response, read, cancellationToken).ConfigureAwait(false);
            meters.StripeAnswered(answer.Failure is null ? "ok" : answer.Failure.IsUnreachable ? "no_answer" : "refused");
            if (answer.Failure is not { IsUnreachable: true })
            {
                await watch.HeardAsync(secretKey, isTaken: answer.Failure is not { IsBadKey: true }).ConfigureAwait(false);
            }

            return answer;
        }
        catch (Exception failure) when (StripeRetries.IsSilence(failure, cancellationToken) || failure is JsonException)
        {
            meters.StripeAnswered("no_answer");
            // One line: while Stripe is away there are many, and all have the same stack.
            Log.StripeUnreachable(logger, failure.GetBaseException().Message);
            return new StripeAnswer<T>(null, new StripeFailure("unreachable", null, null, IsUnreachable: true));
        }
    }

    private async Task<StripeAnswer<T>> AnswerAsync<T>(
        HttpResponseMessage response, Func<byte[], HttpResponseMessage, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return read(body, response) is { } value ? new StripeAnswer<T>(value, null) : throw new JsonException("Stripe answered null.");
        }

        var requestId = response.Headers.TryGetValues("Request-Id", out var ids) ? ids.FirstOrDefault() : null;
        var (status, error) = ((int)response.StatusCode, ErrorOf(body));
        var code = error?.Code ?? error?.Type ?? "unknown";
        Log.StripeRefused(logger, status, code, requestId ?? "none");
        // 409 is a lock, 429 a limit: like a failure of Stripe's own, they say nothing definite about the request.
        return new StripeAnswer<T>(null, new StripeFailure(code, requestId, error?.Param, IsUnreachable: status is >= 500 or 409 or 429 or < 400) { IsNotPermitted = status == 403, IsBadKey = status == 401 });
    }

    private static StripeObject Whole(byte[] body, HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(body);
        return new StripeObject(document.RootElement.Clone(), response.Headers.Date ?? throw new JsonException("Stripe's answer has no Date."));
    }

    private static StripeError? ErrorOf(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, StripeJson.Default.StripeErrorBody)?.Error;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

internal sealed record StripeErrorBody(StripeError? Error = null);

/// <summary>Stripe leaves out what does not apply.</summary>
internal sealed record StripeError(string? Type = null, string? Code = null, string? Param = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StripeAccount))]
[JsonSerializable(typeof(StripePrice))]
[JsonSerializable(typeof(StripeCheckoutSession))]
[JsonSerializable(typeof(StripePortalSession))]
[JsonSerializable(typeof(StripeErrorBody))]
internal sealed partial class StripeJson : JsonSerializerContext;
