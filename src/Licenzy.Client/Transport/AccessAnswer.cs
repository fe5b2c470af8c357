using System.Globalization;
using System.Net.Http.Headers;
using Licenzy.Access;

namespace Licenzy.Transport;

/// <summary>Reads a decision from an access check's two members and its headers.</summary>
internal static class AccessAnswer
{
    // Date counts whole seconds and servers renew it once a second: up to this much later than it says. Never past the true end.
    private static readonly TimeSpan DateIsOff = TimeSpan.FromSeconds(2);

    /// <param name="answer">What the server said.</param>
    /// <param name="sentAt">The local instant before it was asked: the earliest the server can have decided, so that no decision looks fresher than it is.</param>
    public static AccessDecision ToDecision(this Answer<CheckAccessResponse> answer, DateTimeOffset sentAt) => new()
    {
        Allowed = answer.Body.Allowed,
        Source = DecisionSource.Live,
        CheckedAt = sentAt,
        ValidUntil = Instant(answer.Headers) is { } change ? sentAt + (change - (answer.Headers.Date ?? sentAt)) - DateIsOff : null,
        Reason = Text(answer.Headers, LicenzyHeaders.Reason),
        SubjectVersion = long.TryParse(Text(answer.Headers, LicenzyHeaders.SubjectVersion), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : null,
    };

    private static DateTimeOffset? Instant(HttpResponseHeaders headers) =>
        DateTimeOffset.TryParse(Text(headers, LicenzyHeaders.NextChangeAt), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : null;

    private static string? Text(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
