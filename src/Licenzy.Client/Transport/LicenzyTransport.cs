using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Licenzy.Transport;

/// <summary>An answer with its headers.</summary>
internal readonly struct Answer<T>(T body, HttpResponseHeaders headers)
{
    public T Body { get; } = body;

    public HttpResponseHeaders Headers { get; } = headers;
}

/// <summary>Sends a call and reads its answer; every failure that is not the caller's own becomes a <see cref="LicenzyApiException"/>.</summary>
internal sealed class LicenzyTransport(HttpClient http, Credential credential, TimeProvider clock) : IDisposable
{
    private const string NotOurs = "What answered is not the Licenzy API, or a version this client does not know. Check BaseAddress.";

    private static readonly ProductInfoHeaderValue Product =
        new("licenzy-dotnet", typeof(LicenzyTransport).Assembly.GetName().Version?.ToString(3) ?? "0");

    public async Task<T> SendAsync<T>(LicenzyRequest request, JsonTypeInfo<T> json, CancellationToken cancellationToken) =>
        (await AskAsync(request, json, cancellationToken).ConfigureAwait(false)).Body;

    /// <summary>A call whose answer is that it was done.</summary>
    public Task SendAsync(LicenzyRequest request, CancellationToken cancellationToken) => TalkAsync(request, static _ => true, cancellationToken);

    public Task<Answer<T>> AskAsync<T>(LicenzyRequest request, JsonTypeInfo<T> json, CancellationToken cancellationToken) =>
        TalkAsync(request, body => JsonSerializer.Deserialize(body, json) ?? throw new JsonException("The answer is null."), cancellationToken);

    /// <summary>The beginning of a stream, to be read and disposed by the caller; what breaks inside it is the caller's to see.</summary>
    public async Task<HttpResponseMessage> OpenAsync(LicenzyRequest request, CancellationToken cancellationToken)
    {
        using var sent = Prepare(request);
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode && response.Content?.Headers.ContentType?.MediaType == LicenzyRequest.EventStream)
                return response;
            using (response)
            {
                throw response.IsSuccessStatusCode
                    ? new LicenzyApiException(response.StatusCode, ErrorCodes.Unavailable, NotOurs)
                    : Problems.From(response, await BoundedBody.ReadAsync(response.Content, false, cancellationToken).ConfigureAwait(false), credential, clock.GetUtcNow());
            }
        }
        catch (Exception failure) when (Explain(failure, cancellationToken) is { } sentence)
        {
            throw new LicenzyApiException(sentence, failure);
        }
    }

    private async Task<Answer<T>> TalkAsync<T>(LicenzyRequest request, Func<byte[], T> read, CancellationToken cancellationToken)
    {
        using var sent = Prepare(request);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var body = await BoundedBody.ReadAsync(response.Content, response.IsSuccessStatusCode, cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? new(read(body), response.Headers)
                : throw Problems.From(response, body, credential, clock.GetUtcNow());
        }
        catch (BrokenCircuitException open)
        {
            throw new LicenzyApiException("The Licenzy API failed too often in the last seconds and is not asked for a moment.", open) { RetryAfter = open.RetryAfter };
        }
        catch (Exception failure) when (Explain(failure, cancellationToken) is { } sentence)
        {
            throw new LicenzyApiException(sentence, failure);
        }
    }

    private LicenzyRequest Prepare(LicenzyRequest request)
    {
        credential.Apply(request);
        request.Headers.UserAgent.Add(Product);
        return request;
    }

    public void Dispose() => http.Dispose();

    private static string? Explain(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        TimeoutRejectedException late => $"The Licenzy API gave no answer within {late.Timeout}.",
        HttpRequestException => $"The Licenzy API could not be reached: {failure.Message}",
        JsonException or InvalidDataException => NotOurs,
        // Not the caller's: a time-out set on the HttpClient or by a handler of the application.
        OperationCanceledException when !cancellationToken.IsCancellationRequested => "The call to the Licenzy API was given up before an answer came.",
        _ => null,
    };
}
