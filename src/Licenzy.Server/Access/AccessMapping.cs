using System.Globalization;
using Licenzy.Access;
using Licenzy.Domain;
using Licenzy.Domain.Access;
using Licenzy.Server.Entitlements;

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

    /// <summary>The same form as in bodies: ISO 8601, UTC, <c>Z</c>.</summary>
    public static string HeaderTime(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
}
