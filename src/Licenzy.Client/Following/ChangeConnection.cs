using System.Net;
using Licenzy.Transport;

namespace Licenzy.Following;

/// <summary>One connection to the feed, watched: while it is waited for, silence ends it.</summary>
internal sealed class ChangeConnection : IDisposable
{
    /// <summary>Three heartbeats of the server that did not come.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);

    private readonly LicenzyTransport _transport;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _cut;
    private readonly ITimer _silence;
    private readonly EventStreamReader _events;
    private HttpResponseMessage? _response;
    private Stream? _stream;

    public ChangeConnection(LicenzyTransport transport, TimeProvider clock, CancellationToken cancellationToken)
    {
        (_transport, _caller) = (transport, cancellationToken);
        _cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _silence = clock.CreateTimer(static cut => End((CancellationTokenSource)cut!), _cut, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _events = new EventStreamReader(FillAsync);
    }

    /// <summary>Whether the server said anything at all.</summary>
    public bool HasSpoken => _events.HasSpoken;

    /// <summary>Whether it said something no server of ours says, so that where it stands is not known.</summary>
    public bool IsGarbled { get; private set; }

    /// <summary>How long the server asked to wait.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>Connects; no where another try may do better.</summary>
    /// <exception cref="LicenzyApiException">Refused for good.</exception>
    public async Task<bool> TryOpenAsync(string? position)
    {
        var request = LicenzyRequest.Stream("/v1/changes");
        if (position is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", position);
        try
        {
            Watch(true);
            _response = await _transport.OpenAsync(request, _cut.Token).ConfigureAwait(false);
            _stream = await BoundedBody.OpenAsync(_response.Content, _cut.Token).ConfigureAwait(false);
            return true;
        }
        catch (LicenzyApiException failure) when (MayPass(failure.StatusCode))
        {
            RetryAfter = failure.RetryAfter;
            return false;
        }
        catch (Exception failure) when (IsCut(failure))
        {
            return false;
        }
        finally
        {
            Watch(false);
        }
    }

    /// <summary>The next event, or <see langword="null"/> where this connection is over.</summary>
    public async ValueTask<EventStreamMessage?> NextAsync()
    {
        try
        {
            return await _events.ReadAsync().ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            IsGarbled = true;
            return null;
        }
        catch (Exception failure) when (IsCut(failure))
        {
            return null;
        }
    }

    public void Dispose()
    {
        _silence.Dispose();
        _response?.Dispose();
        _cut.Dispose();
    }

    private async ValueTask<int> FillAsync(byte[] bytes)
    {
        // Only while it is waited for: an application that takes its time with a change does not make the server dead.
        Watch(true);
#if NETSTANDARD2_0
        // Streams of older frameworks do not listen to the token.
        using var ended = _cut.Token.Register(static response => ((HttpResponseMessage)response).Dispose(), _response);
#endif
        try
        {
            return await BoundedBody.FillAsync(_stream!, bytes, _cut.Token).ConfigureAwait(false);
        }
        finally
        {
            Watch(false);
        }
    }

    private void Watch(bool isWaiting) => _silence.Change(isWaiting ? Silence : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    // What the caller ended is the caller's to hear; everything else that breaks a connection is a reason for another one.
    private bool IsCut(Exception failure) =>
        !_caller.IsCancellationRequested && (_cut.IsCancellationRequested || failure is IOException or HttpRequestException or OperationCanceledException);

    // No answer, 408, 425, 429 and 5xx, whoever wrote it.
    private static bool MayPass(HttpStatusCode? status) => status is null || (int)status is 408 or 425 or 429 or >= 500;

    private static void End(CancellationTokenSource cut)
    {
        try
        {
            cut.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself at the same moment.
        }
    }
}
