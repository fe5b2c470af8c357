using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Licenzy.Domain.Webhooks;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>What came of one request: a status, or a word for why there is none; and the beginning of what was said.</summary>
internal sealed record Reply(int? Status, string? Error, string? Text, TimeSpan? RetryAfter)
{
    public static Reply None(string error) => new(null, error, null, null);
}

/// <summary>
/// Sends to strangers (SECURITY T33, T34, T36): dials only what the rules take, on the very address; follows nothing, keeps nothing, goes through no proxy,
/// and neither waits nor reads for long.
/// </summary>
internal sealed class WebhookTransport : IDisposable
{
    private const int MostRead = 64 * 1024;
    private const int MostKept = 4 * 1024;

    private readonly Targets _targets;
    private readonly HttpMessageInvoker _http;

    public WebhookTransport(Targets targets)
    {
        _targets = targets;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            // A name is asked again before long, and a connection to what it led to does not live on.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        });
    }

    /// <summary>How long a whole try takes at most, unless a test says otherwise.</summary>
    public static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(15);

    /// <summary>How long a whole try may take, in real time: 15 seconds.</summary>
    public TimeSpan Patience { get; set; } = LongestTry;

    /// <summary>Sends one request and says what came of it. Throws only when <paramref name="cancellationToken"/> asks for it.</summary>
    public async Task<Reply> SendAsync(HttpRequestMessage request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await _http.SendAsync(request, patience.Token).ConfigureAwait(false);
            var text = await BeginningAsync(response.Content, patience.Token).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            return new Reply(status, new TryEnd(status).IsSent ? null : status is >= 300 and < 400 ? "redirect" : "status", text, RetryAfter(response.Headers.RetryAfter, now));
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is HttpRequestException or IOException or OperationCanceledException)
        {
            return Reply.None(patience.IsCancellationRequested ? "timeout" : WordOf(failure));
        }
    }

    public void Dispose() => _http.Dispose();

    // The status counts, not what follows it: a body that is cut off or never ends changes nothing of it.
    private static async Task<string?> BeginningAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength == 0)
            return null;
        var kept = ArrayPool<byte>.Shared.Rent(MostKept);
        var scratch = ArrayPool<byte>.Shared.Rent(MostKept);
        var read = 0;
        try
        {
            var body = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using var closing = body.ConfigureAwait(false);
            while (read < MostRead && await body.ReadAsync(scratch.AsMemory(0, Math.Min(MostKept, MostRead - read)), cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                if (read < MostKept)
                    scratch.AsSpan(0, Math.Min(count, MostKept - read)).CopyTo(kept.AsSpan(read));
                read += count;
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            // What came so far is what there is.
        }

        var text = read == 0 ? null : Text(kept.AsSpan(0, Math.Min(read, MostKept)));
        ArrayPool<byte>.Shared.Return(kept);
        ArrayPool<byte>.Shared.Return(scratch);
        return text;
    }

    // A cut letter grows to three bytes, and U+0000 is no text to PostgreSQL.
    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes).Replace("\0", "", StringComparison.Ordinal);
        while (Encoding.UTF8.GetByteCount(text) > MostKept)
            text = text[..(text.Length * MostKept / Encoding.UTF8.GetByteCount(text))];
        return text.Length > 0 && char.IsHighSurrogate(text[^1]) ? text[..^1] : text;
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? asked, DateTimeOffset now) => asked?.Delta ?? (asked?.Date is { } date ? date - now : null);

    private static string WordOf(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case TargetRefusedException refused: return refused.Fault.Code;
                case AuthenticationException: return "tls";
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }: return "connection_refused";
                // Of the handler's own bound on connecting.
                case TimeoutException or OperationCanceledException: return "connect_timeout";
            }
        }

        return failure is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } ? "invalid_response" : "connection_lost";
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (addresses, fault) = await _targets.FindAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
        if (fault is not null)
            throw new TargetRefusedException(fault);
        for (var i = 0; ; i++)
        {
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], context.DnsEndPoint.Port), cancellationToken).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i + 1 < addresses.Count)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
