using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Hosting;

/// <summary>Tells whether a caller has this very answer already (RFC 9110): <c>ETag</c> and <c>If-None-Match</c>.</summary>
internal static class EntityTag
{
    /// <summary>Sets the tag of what the bytes say; <see langword="true"/> where the caller has it, and 304 is the answer.</summary>
    public static bool IsKnown(HttpContext context, ReadOnlySpan<byte> said)
    {
        // Weak: the same in meaning, though instants such as decided_at differ.
        var tag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData(said).AsSpan(0, 12))}\"";
        context.Response.Headers.ETag = tag;
        return context.Request.Headers.IfNoneMatch.SelectMany(header => (header ?? "").Split(',', StringSplitOptions.TrimEntries)).Any(known => known == tag || known == "*");
    }
}
