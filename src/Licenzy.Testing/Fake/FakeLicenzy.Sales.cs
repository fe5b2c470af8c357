using System.Net;
using Licenzy.Checkout;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Json;

namespace Licenzy.Testing;

/// <content>What is for sale, and purchases.</content>
public sealed partial class FakeLicenzy
{
    private const int LongestCode = 64;
    private const int MostQuantity = 1000;

    private readonly Dictionary<string, FakeOffer> _offers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FakeAttempt> _attempts = new(StringComparer.Ordinal);

    /// <summary>Sells a right: <see cref="GetProductsAsync"/> lists it, and <see cref="CreateCheckoutAsync"/> begins its purchase.</summary>
    /// <param name="right">What a purchase gives.</param>
    /// <param name="name">What pricing pages call it; its product code where absent.</param>
    /// <returns>The same fake.</returns>
    public FakeLicenzy Sell(FakeRight right, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(right);
        lock (_gate)
        {
            _offers[right.ProductCode] = new FakeOffer(NewId("prd"), right, name ?? right.ProductCode);
            return this;
        }
    }

    /// <summary>The customer pays: the subject has the right from now on. Paid once; a second time changes nothing.</summary>
    /// <param name="attemptIdOrUrl"><see cref="CheckoutSessionResponse.AttemptId"/>, or the address the browser was sent to.</param>
    /// <returns>The same fake.</returns>
    /// <exception cref="InvalidOperationException">No purchase of that name was started here.</exception>
    public FakeLicenzy Pay(string attemptIdOrUrl)
    {
        ArgumentException.ThrowIfNullOrEmpty(attemptIdOrUrl);
        lock (_gate)
        {
            if (!_attempts.TryGetValue(attemptIdOrUrl[(attemptIdOrUrl.LastIndexOf('/') + 1)..], out var attempt))
                throw new InvalidOperationException($"No purchase '{attemptIdOrUrl}' was started here. Pass the attempt_id or checkout_url that CreateCheckoutAsync answered.");
            if (attempt.IsPaid)
                return this;

            var now = _clock.GetUtcNow();
            var right = attempt.Right.Begin(NewId("ent"), Of(attempt.SubjectRef).Rights, now, attempt.Quantity);
            Hold(attempt.SubjectRef, Bought(right, attempt.Id), attempt.Right);
            _attempts[attempt.Id] = attempt with { EntitlementId = right.Id, UpdatedAt = now };
            return this;
        }
    }

    /// <inheritdoc/>
    /// <remarks>The address leads nowhere; <see cref="Pay"/> pays. Return pages, e-mail address and metadata are not looked at.</remarks>
    public Task<CheckoutSessionResponse> CreateCheckoutAsync(
        CreateCheckoutRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireText(request.SubjectRef);
        RequireKey(idempotencyKey);
        return AnswerAsync(
            request.SubjectRef,
            now =>
            {
                Refuse(
                    Wrong(request.SubjectRef),
                    request.ProductCode is { Length: >= 1 and <= LongestCode } code && !code.Any(char.IsControl)
                        ? null
                        : new FieldError { Field = "product_code", Message = "must be 1 to 64 characters without control characters." },
                    Wrong(request.Quantity ?? 1, "quantity", MostQuantity));
                return Once(nameof(CreateCheckoutAsync), idempotencyKey, Body(request, LicenzyJson.Default.CreateCheckoutRequest), () => Start(request, now));
            },
            cancellationToken);
    }

    private Func<CheckoutSessionResponse> Start(CreateCheckoutRequest request, DateTimeOffset now)
    {
        if (!_offers.TryGetValue(request.ProductCode, out var offer))
            throw Refused(HttpStatusCode.NotFound, ErrorCodes.ProductNotFound, "There is no product of that code in test mode.");
        if (CheckoutRules.IsSubscribed(Of(request.SubjectRef).Rights, request.ProductCode, now))
            throw Refused(HttpStatusCode.Conflict, ErrorCodes.AlreadySubscribed, $"The subject already holds a live subscription to {request.ProductCode}.");

        var attempt = new FakeAttempt(NewId("att"), request.SubjectRef, offer.Right, request.Quantity ?? 1, now);
        _attempts[attempt.Id] = attempt;
        var answer = new CheckoutSessionResponse
        {
            AttemptId = attempt.Id,
            Status = "created",
            CheckoutUrl = attempt.Url,
            Mode = "test",
            ExpiresAt = attempt.ExpiresAt,
        };
        return () => answer;
    }

    private static Entitlement Bought(Entitlement right, string attemptId) => right with
    {
        Source = EntitlementSource.Stripe,
        AttemptId = attemptId,
        StripeCheckoutSessionId = $"cs_test_fake_{attemptId}",
        StripePaymentIntentId = right.Kind == EntitlementKind.Subscription ? null : $"pi_fake_{attemptId}",
        Subscription = right.Kind == EntitlementKind.Subscription ? right.Subscription ?? new SubscriptionTerms { SubscriptionId = $"sub_fake_{attemptId}" } : null,
    };
}
