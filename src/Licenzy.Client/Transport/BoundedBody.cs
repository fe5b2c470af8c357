namespace Licenzy.Transport;

/// <summary>Reads answers with a bound, so that what answers in the server's place cannot fill the memory.</summary>
internal static class BoundedBody
{
    /// <summary>Enough for a page of 100 products; whatever is larger is not an answer of this API.</summary>
    private const int AnswerLimit = 4 * 1024 * 1024;

    private const int ProblemLimit = 64 * 1024;

    /// <summary>Replaces the body by bytes. Belongs inside a try, so that its time-out covers a body that stalls.</summary>
    public static async Task BufferAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var unread = response.Content;
        if (unread is null)
            return;

        var read = new ByteArrayContent(await ReadAsync(unread, response.IsSuccessStatusCode, cancellationToken).ConfigureAwait(false));
        read.Headers.ContentType = unread.Headers.ContentType;
        response.Content = read;
    }

    /// <summary>The whole of a success; at most the first 64 KiB of anything else.</summary>
    public static async Task<byte[]> ReadAsync(HttpContent? content, bool isSuccess, CancellationToken cancellationToken)
    {
        if (content is null)
            return [];
        try
        {
            using var stream = await OpenAsync(content, cancellationToken).ConfigureAwait(false);
            using var body = new MemoryStream();
            var limit = isSuccess ? AnswerLimit : ProblemLimit;
            var buffer = new byte[8 * 1024];
            int count;
            while (body.Length < limit && (count = await FillAsync(stream, buffer, cancellationToken).ConfigureAwait(false)) > 0)
                body.Write(buffer, 0, (int)Math.Min(count, limit - body.Length));
            if (isSuccess && body.Length == limit)
                throw new InvalidDataException($"The answer is larger than {AnswerLimit} bytes.");
            return body.ToArray();
        }
        catch (IOException cut)
        {
            // The same kind as a connection that never was: both are tried again.
            throw new HttpRequestException("The connection was cut inside the answer.", cut);
        }
    }

#if NETSTANDARD2_0
    public static Task<Stream> OpenAsync(HttpContent content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return content.ReadAsStreamAsync();
    }

    public static Task<int> FillAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken) =>
        stream.ReadAsync(buffer, 0, buffer.Length, cancellationToken);
#else
    public static Task<Stream> OpenAsync(HttpContent content, CancellationToken cancellationToken) =>
        content.ReadAsStreamAsync(cancellationToken);

    public static ValueTask<int> FillAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken) =>
        stream.ReadAsync(buffer, cancellationToken);
#endif
}
