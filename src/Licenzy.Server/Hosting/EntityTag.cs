using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Hosting;

/// <summary>Tells whether a caller has this very answer already (RFC 9110): <c>ETag</c> and <c>If-None-Match</c>.</summary>
internal static class EntityTag
{
    /// <summary>Sets the tag of what the bytes say; <see langword="true"/> where the caller has it, and 304 is the answer.</summary>
    /// <param name="context">The request.</param>
    /// <param name="said">What the answer says.</param>
    /// <param name="asked">What was asked for, where one address answers several questions: no two of them share a tag.</param>
    public static bool IsKnown(HttpContext context, byte[] said, string asked = "")
    {
        // Weak: the same in meaning, though instants such as decided_at differ.
        var tag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(asked), 0, .. said]).AsSpan(0, 12))}\"";
        context.Response.Headers.ETag = tag;
        return context.Request.Headers.IfNoneMatch.SelectMany(header => (header ?? "").Split(',', StringSplitOptions.TrimEntries)).Any(known => known == tag || known == "*");
    }
}
