using Licenzy.Transport;
using Polly;

namespace Licenzy.Resilience;

/// <summary>Runs each call through the pipeline. A try ends with the body read, so that its time-out also ends a body that stalls.</summary>
internal sealed class ResilienceHandler(ResiliencePipeline<HttpResponseMessage> pipeline) : DelegatingHandler
{
    internal static readonly ResiliencePropertyKey<HttpRequestMessage> Request = new("licenzy.request");

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        // A stream has no end to wait for: who reads it watches over it.
        request is LicenzyRequest { IsStream: true } ? base.SendAsync(request, cancellationToken) : TryAsync(request, cancellationToken);

    private async Task<HttpResponseMessage> TryAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        context.Properties.Set(Request, request);
        try
        {
            return await pipeline.ExecuteAsync(static (context, self) => self.TryOnceAsync(context), context, this).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<HttpResponseMessage> TryOnceAsync(ResilienceContext context)
    {
        var request = context.Properties.GetValue(Request, null!);
        var response = await base.SendAsync(request, context.CancellationToken).ConfigureAwait(false);
        try
        {
            await BoundedBody.BufferAsync(response, context.CancellationToken).ConfigureAwait(false);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
