using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Licenzy.Server.Accounts;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Licenzy.Server.Access;

/// <summary>
/// The access check from memory: a known key, a plain body, a known subject, answered as bytes. It only accepts; whatever is not as plain as that goes the
/// ordinary way, which refuses properly, and answers the same.
/// </summary>
internal sealed class QuickCheck(KnownKeys keys, KeyStore uses, SubjectSnapshots subjects, Ids ids, Meters meters, TimeProvider clock)
{
    private const string Scheme = "Bearer ";
    private const int LongestKey = 64;
    private const int LongestBody = 512;

    // What JSON writes as it stands, in both directions.
    private static readonly SearchValues<byte> Plain = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.:@|/ "u8);

    public bool TryRun(HttpContext context)
    {
        var begun = RequestMeter.Begin();
        // A host that puts its own stream in the place of the answer's wants it written through.
        if (context.Features.Get<IHttpResponseBodyFeature>() is StreamResponseBodyFeature)
            return false;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (Caller(context.Request.Headers, now) is not { } caller || !TryRead(context.Request, out var buffer))
            return false;
        if (!TrySubject(buffer, out var subjectRef) || !subjects.TryDecide(caller.Scope, subjectRef, now, out var decided))
        {
            // As if nobody had looked.
            context.Request.BodyReader.AdvanceTo(buffer.Start);
            return false;
        }

        uses.Used(KeyTable.Api, caller.Scope.WorkspaceId, caller.KeyId, now);
        Answer(context, subjectRef, decided);
        context.Request.BodyReader.AdvanceTo(buffer.End);
        meters.Requests.End(context, context.GetEndpoint() as RouteEndpoint, begun);
        return true;
    }

    private Caller? Caller(IHeaderDictionary headers, long now)
    {
        if (headers.Authorization is not [{ } bearer] || !bearer.StartsWith(Scheme, StringComparison.Ordinal) || bearer.Length > Scheme.Length + LongestKey
            || !IsJson(headers.ContentType) || headers.ContentEncoding.Count > 0 || headers.ContainsKey(LicenzyHeaders.MinVersion))
        {
            return null;
        }

        Span<byte> key = stackalloc byte[LongestKey];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (!Encoding.ASCII.TryGetBytes(bearer.AsSpan(Scheme.Length), key, out var length))
            return null;
        SHA256.HashData(key[..length], hash);
        return keys.Find(hash) is { } known && !(known.ExpiresAt <= now) ? known.Caller : null;
    }

    private static bool IsJson(StringValues contentType) => contentType is ["application/json" or "application/json; charset=utf-8"];

    // Only what has arrived whole, with the head of the request.
    private static bool TryRead(HttpRequest request, out ReadOnlySequence<byte> body)
    {
        body = default;
        if (request.ContentLength is not (> 0 and <= LongestBody and var length) || !TryRead(request.BodyReader, out var read))
            return false;
        body = read.Buffer;
        if (body.Length == length && body.IsSingleSegment && !read.IsCanceled)
            return true;
        request.BodyReader.AdvanceTo(body.Start);
        return false;
    }

    private static bool TryRead(PipeReader reader, out ReadResult read)
    {
        read = default;
        try
        {
            return reader.TryRead(out read);
        }
        catch (IOException)
        {
            // Cut short, or cut off: the ordinary reader meets the same, and says so.
            return false;
        }
    }

    private static bool TrySubject(ReadOnlySequence<byte> body, out ReadOnlySpan<byte> subjectRef)
    {
        subjectRef = default;
        try
        {
            var json = new Utf8JsonReader(body.FirstSpan);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject
                || !json.Read() || json.TokenType != JsonTokenType.PropertyName || json.ValueIsEscaped || !json.ValueSpan.SequenceEqual("subject_ref"u8)
                || !json.Read() || json.TokenType != JsonTokenType.String)
            {
                return false;
            }

            subjectRef = json.ValueSpan;
            return subjectRef.Length is > 0 and <= 255 && !subjectRef.ContainsAnyExcept(Plain) && json.Read() && json.TokenType == JsonTokenType.EndObject && !json.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Answer(HttpContext context, ReadOnlySpan<byte> subjectRef, Decided decided)
    {
        RequestFrame.Begin(context, ids);
        meters.Decided(decided.Allowed, AccessMapping.WordOf(decided.Reason));
        var response = context.Response;
        decided.WriteHeaders(response.Headers);
        var head = "{\"subject_ref\":\""u8;
        var tail = decided.Allowed ? "\",\"allowed\":true}"u8 : "\",\"allowed\":false}"u8;
        var length = head.Length + subjectRef.Length + tail.Length;
        response.ContentType = "application/json";
        response.ContentLength = length;
        var body = response.BodyWriter.GetSpan(length);
        head.CopyTo(body);
        subjectRef.CopyTo(body[head.Length..]);
        tail.CopyTo(body[(head.Length + subjectRef.Length)..]);
        response.BodyWriter.Advance(length);
    }
}
