using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Licenzy.Server.Hosting;

/// <summary>A body's bytes, never more than a limit.</summary>
internal static class RawBody
{
    /// <summary>64 KiB for every JSON route (CONTRACT §0).</summary>
    public const int JsonLimit = 64 * 1024;

    /// <summary>1 MiB for Stripe's events (CONTRACT §0).</summary>
    public const int StripeLimit = 1024 * 1024;

    public static async Task<byte[]> ReadAsync(HttpContext context, int limit)
    {
        if (context.Request.ContentLength > limit)
        {
            throw TooLarge(limit);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limit;
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            ReadResult read;
            try
            {
                read = await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false);
            }
            catch (IOException cut) when (cut is not BadHttpRequestException)
            {
                await reader.CompleteAsync(cut).ConfigureAwait(false);
                throw;
            }
            catch (BadHttpRequestException broken)
            {
                throw broken.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge(limit) : new RefusedException(Refusal.InvalidRequest(
                    "body", broken.StatusCode == StatusCodes.Status408RequestTimeout ? "arrived too slowly." : "could not be read to its end."));
            }

            if (read.IsCompleted || read.Buffer.Length > limit)
            {
                var bytes = read.Buffer.Length > limit ? null : read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return bytes ?? throw TooLarge(limit);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static RefusedException TooLarge(int limit) => new(new Refusal(
        StatusCodes.Status413PayloadTooLarge, ErrorCodes.PayloadTooLarge, $"The body is larger than {limit / 1024} KiB."));
}
