using System.Globalization;
using System.Text;
using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;

namespace Licenzy.Server.StripeSync;

/// <summary>What stands here of one of Stripe's objects: its attempt, its rights, what was heard of its payment.</summary>
/// <param name="Attempt">The attempt, where the object is a session.</param>
/// <param name="Rights">The rights that follow from it.</param>
/// <param name="Payment">The payment, where the object is about one.</param>
internal sealed record Held(CheckoutAttempt? Attempt, IReadOnlyList<(string SubjectRef, Entitlement Right)> Rights, Payment? Payment)
{
    public string? SubjectRef => Rights.Count > 0 ? Rights[0].SubjectRef : Attempt?.SubjectRef;

    public string? EntitlementId => Rights.Count > 0 ? Rights[0].Right.Id : Attempt?.EntitlementId;

    /// <summary>Whether nothing that counts differs. Of when a state was heard does not count.</summary>
    public bool IsLike(Held other) => Exact() == other.Exact();

    /// <summary>In words, for operators.</summary>
    public string? InWords()
    {
        string[] words =
        [
            .. Attempt is { } attempt ? [$"attempt {attempt.Id} {attempt.Status.ToWord()}"] : Array.Empty<string>(),
            .. Rights.Select(one => Words(one.Right)),
            .. Payment is { } payment ? [$"{payment.Refunds.Count(refund => refund.FailedAt is null)} refunds, {payment.Disputes.Count} disputes"] : Array.Empty<string>(),
        ];
        return words.Length == 0 ? null : string.Join("; ", words);
    }

    public static string Words(Entitlement right)
    {
        var words = new StringBuilder($"{right.ProductCode} ");
        words.Append(right.Block is { } block ? $"blocked ({block.Cause.ToWord()})" : right.Status.ToWord());
        words.Append(right is { Block: null, StatusCause: { } cause } ? $" ({cause.ToWord()})" : "");
        words.Append(right.Quantity > 1 ? string.Create(CultureInfo.InvariantCulture, $" × {right.Quantity}") : "");
        words.Append(right.EndsAt() is { } end ? $" to {Time(end)}" : "");
        return words.ToString();
    }

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private string Exact() => string.Join(
        '\n',
        [
            $"{Attempt?.Status} {Attempt?.EntitlementId}",
            .. Rights.OrderBy(one => one.Right.Id, StringComparer.Ordinal).Select(one => $"{one.SubjectRef} {Comparable(one.Right)}"),
            .. Payment?.Refunds.Select(refund => $"{refund.Id} {refund.Amount} {refund.FailedAt is null}") ?? [],
            .. Payment?.Disputes.Select(dispute => $"{dispute.Id} {dispute.Status}") ?? [],
            $"{Payment?.AmountRefunded}",
        ]);

    private static Entitlement Comparable(Entitlement right) => right with
    {
        Subscription = right.Subscription is { } terms ? terms with { AsOf = null, IsCreation = false, History = StateHistory.None } : null,
    };
}
