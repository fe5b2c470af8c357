using System.Globalization;
using Licenzy.Access;
using Licenzy.Domain;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Access;

/// <summary>Decisions on the wire.</summary>
internal static class AccessMapping
{
    public static CustomerAccessResponse ToResponse(this AccessSummary access, string subjectRef, long version, DateTimeOffset now) => new()
    {
        SubjectRef = subjectRef,
        HasAccess = access.Decision.Allowed,
        Status = access.Status?.ToWord() ?? "none",
        Version = version,
        DecidedAt = now,
        NextChangeAt = access.ChangesAt,
        Entitlements = [.. access.Rights.Select(view => view.ToSummary())],
    };

    /// <summary>Why, as a word; of a subject without any right too.</summary>
    public static string WordOf(Reason? reason) => reason?.ToWord() ?? "no_entitlement";

    public static void WriteHeaders(this Decided decided, IHeaderDictionary headers)
    {
        headers[LicenzyHeaders.SubjectVersion] = decided.Version.ToString(CultureInfo.InvariantCulture);
        headers[LicenzyHeaders.Reason] = WordOf(decided.Reason);
        if (decided.FlipsAt is { } flip)
            headers[LicenzyHeaders.NextChangeAt] = HeaderTime(Instant.Of(flip));
    }

    /// <summary>The same form as in bodies: ISO 8601, UTC, <c>Z</c>.</summary>
    public static string HeaderTime(DateTimeOffset instant)
    {
        // The sortable form is several times as quick as one that is spelled out.
        Span<char> text = stackalloc char[24];
        _ = instant.UtcDateTime.TryFormat(text, out _, "s", CultureInfo.InvariantCulture);
        if (instant.Millisecond == 0)
            return string.Concat(text[..19], "Z");
        text[19] = '.';
        _ = instant.Millisecond.TryFormat(text[20..], out _, "000", CultureInfo.InvariantCulture);
        return string.Concat(text[..23].TrimEnd('0'), "Z");
    }
}
