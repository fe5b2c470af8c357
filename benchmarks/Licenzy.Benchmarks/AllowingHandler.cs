using System.Net;
using System.Net.Http.Headers;

namespace Licenzy.Benchmarks;

/// <summary>A Licenzy in this process that allows everything: what remains is the client's own cost.</summary>
internal sealed class AllowingHandler : HttpMessageHandler
{
    private static readonly byte[] Answer = [.. """{"subject_ref":"user_1","allowed":true}"""u8];
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new ByteArrayContent(Answer) };
        response.Content.Headers.ContentType = Json;
        response.Headers.Add(LicenzyHeaders.SubjectVersion, "1");
        response.Headers.Add(LicenzyHeaders.Reason, "usage_pack_active");
        response.Headers.Date = TimeProvider.System.GetUtcNow();
        return Task.FromResult(response);
    }
}
