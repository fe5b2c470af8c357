using System.Text;
using Licenzy.Access;
using Licenzy.Domain;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Products;

namespace Licenzy.Testing;

/// <content>What it answers to questions. It knows no older version, so a least one changes nothing.</content>
public sealed partial class FakeLicenzy
{
    /// <inheritdoc/>
    public Task<AccessDecision> CheckAccessAsync(string subjectRef, CancellationToken cancellationToken = default) => CheckAccessAsync(subjectRef, 0, cancellationToken);

    /// <inheritdoc/>
    public Task<AccessDecision> CheckAccessAsync(string subjectRef, long minVersion, CancellationToken cancellationToken = default)
    {
        RequireText(subjectRef);
        RequireVersion(minVersion);
        return AnswerAsync(
            subjectRef,
            now =>
            {
                Refuse(Wrong(subjectRef));
                var subject = Of(subjectRef);
                var decision = AccessRules.Decide(subject.Rights, now, Leeway.Default);
                return new AccessDecision
                {
                    Allowed = decision.Allowed,
                    Source = DecisionSource.Live,
                    CheckedAt = now,
                    ValidUntil = decision.FlipsAt,
                    Reason = decision.Reason?.ToWord() ?? "no_entitlement",
                    SubjectVersion = subject.Version,
                };
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<CustomerAccessResponse> GetCustomerAccessAsync(string subjectRef, CancellationToken cancellationToken = default) =>
        GetCustomerAccessAsync(subjectRef, 0, cancellationToken);

    /// <inheritdoc/>
    public Task<CustomerAccessResponse> GetCustomerAccessAsync(string subjectRef, long minVersion, CancellationToken cancellationToken = default)
    {
        RequireText(subjectRef);
        RequireVersion(minVersion);
        return AnswerAsync(
            subjectRef,
            now =>
            {
                Refuse(Wrong(subjectRef));
                return Of(subjectRef).ToResponse(subjectRef, now);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SubjectEntitlementsResponse> GetEntitlementsAsync(
        string subjectRef, string? status = null, int? limit = null, string? cursor = null, long minVersion = 0, CancellationToken cancellationToken = default)
    {
        RequireText(subjectRef);
        RequireVersion(minVersion);
        return AnswerAsync(
            subjectRef,
            now =>
            {
                Refuse(Wrong(subjectRef));
                var wanted = Words.Find<EntitlementStatus>(status);
                Refuse(status is null || wanted is not null
                    ? null
                    : new FieldError { Field = "status", Message = $"must be one of: {Words.List<EntitlementStatus>()}; once." });
                var rights = Of(subjectRef).Held.Where(held => wanted is null || held.Right.StatusAt(now) == wanted);
                var page = PageOf(rights, held => held.Right.Id, held => held.ToResponse(subjectRef, now), limit, cursor);
                return new SubjectEntitlementsResponse { SubjectRef = subjectRef, Entitlements = page.Data, NextCursor = page.NextCursor };
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Page<ProductOffer>> GetProductsAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        AnswerAsync(null, _ => PageOf(_offers.Values, offer => offer.Id, offer => offer.ToOffer(), limit, cursor), cancellationToken);

    // Newest first, as the server's lists are.
    private Page<T> PageOf<TRow, T>(IEnumerable<TRow> rows, Func<TRow, string> id, Func<TRow, T> map, int? limit, string? cursor)
    {
        Refuse(Wrong(limit ?? 25, "limit", 100));
        var before = cursor is null ? null : Decode(cursor);
        Refuse(cursor is null || before is not null ? null : new FieldError { Field = "cursor", Message = "must be a next_cursor that this list gave." });
        TRow[] rest = [.. rows.OrderByDescending(id, StringComparer.Ordinal).Where(row => before is null || string.CompareOrdinal(id(row), before) < 0)];
        TRow[] page = [.. rest.Take(limit ?? 25)];
        return new Page<T> { Data = [.. page.Select(map)], NextCursor = rest.Length > page.Length ? Encode(id(page[^1])) : null };
    }

    private static string Encode(string id) => Convert.ToBase64String(Encoding.UTF8.GetBytes(id)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string? Decode(string cursor)
    {
        var base64 = cursor.Replace('-', '+').Replace('_', '/');
        var bytes = new byte[cursor.Length];
        return cursor.Length is > 0 and <= 100 && Convert.TryFromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='), bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length) is var id && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') ? id : null;
    }
}
