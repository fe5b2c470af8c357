using System.Net;

namespace Licenzy.Testing;

/// <content>What the server refuses, in its words.</content>
public sealed partial class FakeLicenzy
{
    private const int LongestSubject = 255;
    private const int LongestId = 40;

    // Half a surrogate pair is refused by the real client itself, before anything is sent.
    private static void RequireText(string subjectRef)
    {
        ArgumentNullException.ThrowIfNull(subjectRef);
        for (var i = 0; i < subjectRef.Length; i++)
        {
            if (!char.IsSurrogate(subjectRef[i]))
                continue;
            if (!char.IsSurrogatePair(subjectRef, i))
                throw new ArgumentException($"The subject holds half a surrogate pair at {i}, which UTF-8 cannot carry. Pass well-formed text.", nameof(subjectRef));
            i++;
        }
    }

    private static void RequireVersion(long minVersion)
    {
        if (minVersion < 0)
            throw new ArgumentOutOfRangeException(nameof(minVersion), minVersion, "A version is 0 or more.");
    }

    private static void RequireKey(string? idempotencyKey)
    {
        if (idempotencyKey is { } key && (key.Length is 0 or > 255 || key.Any(letter => letter is <= ' ' or > '~')))
            throw new ArgumentException("An idempotency key is 1 to 255 visible ASCII characters. Pass null to have one made.", nameof(idempotencyKey));
    }

    // A test's own mistake.
    private static void RequireSubject(string subjectRef)
    {
        RequireText(subjectRef);
        if (Wrong(subjectRef) is { } wrong)
            throw new ArgumentException($"{wrong.Field}: {wrong.Message}", nameof(subjectRef));
    }

    private static FieldError? Wrong(string subjectRef) => subjectRef.Length is 0 or > LongestSubject || subjectRef.Any(char.IsControl)
        ? new FieldError { Field = "subject_ref", Message = "must be 1 to 255 characters without control characters." }
        : null;

    private static FieldError? Wrong(long number, string field, long most) => number < 1 || number > most
        ? new FieldError { Field = field, Message = FormattableString.Invariant($"must be a whole number from 1 to {most}.") }
        : null;

    private static FieldError? WrongId(string id, string field) => id is { Length: 0 or > LongestId } || id.Any(char.IsControl)
        ? new FieldError { Field = field, Message = FormattableString.Invariant($"must be 1 to {LongestId} characters without control characters.") }
        : null;

    // All that is wrong at once, as the server tells it.
    private void Refuse(params FieldError?[] wrong)
    {
        FieldError[] errors = [.. wrong.OfType<FieldError>()];
        if (errors.Length > 0)
        {
            throw Refused(HttpStatusCode.BadRequest, ErrorCodes.InvalidRequest, string.Join(" ", errors.Select(error => $"{error.Field}: {error.Message}")), errors);
        }
    }

    private LicenzyApiException Refused(HttpStatusCode status, string code, string detail, params FieldError[] errors) =>
        new(status, code, detail) { RequestId = NewId("req"), Errors = errors };
}
