using Licenzy.Portal;
using Licenzy.Transport;

namespace Licenzy;

/// <content>The clock of test mode.</content>
public sealed partial class LicenzyPortalClient
{
    /// <inheritdoc/>
    public Task<TestClockResponse> GetTestClockAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Get("/portal/test-clock"), Json.TestClockResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<TestClockResponse> MoveTestClockAsync(MoveTestClockRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Put("/portal/test-clock", request, Json.MoveTestClockRequest), Json.TestClockResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<TestClockResponse> ResetTestClockAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Delete("/portal/test-clock"), Json.TestClockResponse, cancellationToken);
}
