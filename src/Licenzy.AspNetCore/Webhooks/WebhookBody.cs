using Microsoft.AspNetCore.Http;

namespace Licenzy.AspNetCore.Webhooks;

/// <summary>Reads a delivery's bytes as they came: they are what is signed.</summary>
internal static class WebhookBody
{
    public const int Limit = 256 * 1024;

    /// <summary>The bytes, or <see langword="null"/> where they are more than any event of Licenzy has.</summary>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > Limit)
            return null;
        // Something before us may have read it, and made it readable again.
        if (request.Body.CanSeek)
            request.Body.Position = 0;

        using var body = new MemoryStream();
        var buffer = new byte[8 * 1024];
        int count;
        while ((count = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + count > Limit)
                return null;
            body.Write(buffer, 0, count);
        }

        return body.ToArray();
    }
}
