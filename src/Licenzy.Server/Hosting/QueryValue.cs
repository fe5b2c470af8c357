using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Hosting;

/// <summary>A parameter of the query, read strictly: once, or absent.</summary>
internal static class QueryValue
{
    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    public static string? Text(HttpContext context, string name) => context.Request.Query[name] switch
    {
        [] => null,
        [{ } text] => text,
        _ => throw new RefusedException(Refusal.InvalidRequest(name, "must stand once.")),
    };

    /// <summary>An instant in UTC, as bodies have it.</summary>
    public static DateTimeOffset? Time(HttpContext context, string name) => Text(context, name) switch
    {
        null => null,
        { } text when DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) => at,
        _ => throw new RefusedException(Refusal.InvalidRequest(name, "must be an ISO 8601 time in UTC, such as 2026-11-30T12:00:00Z.")),
    };
}
