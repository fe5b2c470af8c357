using System.Net;
using Licenzy.Checkout;
using Licenzy.Json;

namespace Licenzy.Testing;

/// <content>What became of purchases, and visits to Stripe's portal.</content>
public sealed partial class FakeLicenzy
{
    /// <inheritdoc/>
    /// <remarks>Completed once <see cref="Pay"/> was called; a purchase that was not paid within its 24 hours has expired.</remarks>
    public Task<CheckoutAttemptResponse> GetCheckoutAsync(string attemptId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(attemptId);
        return AnswerAsync(
            null,
            now => _attempts.TryGetValue(attemptId, out var attempt)
                ? Answer(attempt, now)
                : throw Refused(HttpStatusCode.NotFound, ErrorCodes.NotFound, "There is nothing of that name here."),
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Who has bought something here is known to Stripe; the address leads nowhere.</remarks>
    public Task<BillingPortalSessionResponse> CreateBillingPortalSessionAsync(
        CreateBillingPortalSessionRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireText(request.SubjectRef);
        RequireKey(idempotencyKey);
        return AnswerAsync(
            request.SubjectRef,
            _ =>
            {
                Refuse(Wrong(request.SubjectRef));
                return Once(nameof(CreateBillingPortalSessionAsync), idempotencyKey, Body(request, LicenzyJson.Default.CreateBillingPortalSessionRequest), () => Visit(request));
            },
            cancellationToken);
    }

    private Func<BillingPortalSessionResponse> Visit(CreateBillingPortalSessionRequest request)
    {
        if (!_attempts.Values.Any(attempt => attempt.IsPaid && attempt.SubjectRef == request.SubjectRef))
            throw Refused(HttpStatusCode.Conflict, ErrorCodes.NoStripeCustomer, "The subject has never paid in this mode, so Stripe has nothing to show.");

        var answer = new BillingPortalSessionResponse { Url = $"https://billing.stripe.test/p/session/{NewId("bps")}" };
        return () => answer;
    }

    private static CheckoutAttemptResponse Answer(FakeAttempt attempt, DateTimeOffset now) => new()
    {
        AttemptId = attempt.Id,
        Status = attempt.IsPaid ? "completed" : attempt.ExpiresAt <= now ? "expired" : "created",
        EntitlementId = attempt.EntitlementId,
        SubjectRef = attempt.SubjectRef,
        ProductCode = attempt.Right.ProductCode,
        Quantity = attempt.Quantity,
        Mode = "test",
        CheckoutUrl = !attempt.IsPaid && now < attempt.ExpiresAt ? attempt.Url : null,
        ExpiresAt = attempt.ExpiresAt,
        CreatedAt = attempt.CreatedAt,
        UpdatedAt = attempt.UpdatedAt,
    };
}
