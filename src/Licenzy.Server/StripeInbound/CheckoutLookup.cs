using Licenzy.Checkout;
using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Checkout;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.StripeInbound;

/// <summary>
/// Tells where an attempt stands. A payer may be back before Stripe's event is: until there is news the session is looked up, at most once in a while
/// an attempt over all servers, and what it shows goes the way of its events. Without an answer in time, what is stored is told.
/// </summary>
internal sealed class CheckoutLookup(Db db, BillingInbox inbox, StripeConnectionSecrets secrets, IStripeGateway stripe, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<IResult> ReadAsync(Scope scope, string attemptId, CancellationToken cancellationToken)
    {
        if (await FindAsync(scope, attemptId, cancellationToken).ConfigureAwait(false) is not { } attempt)
        {
            return Refusal.NotFound;
        }

        if (!IsDue(attempt) || await AskAsync(scope, attempt, cancellationToken).ConfigureAwait(false) is not { } seen)
        {
            return Answer(attempt, checkoutUrl: null);
        }

        await inbox.LearnAsync(scope, StripeSessionReader.Read(seen.Json, seen.AsOf), cancellationToken).ConfigureAwait(false);
        var now = await FindAsync(scope, attemptId, cancellationToken).ConfigureAwait(false) ?? attempt;
        return Answer(now, now.Status == AttemptStatus.Created.ToWord() ? StripeSessionReader.PageOf(seen.Json) : null);
    }

    private Task<CheckoutAttemptRow?> FindAsync(Scope scope, string attemptId, CancellationToken cancellationToken) =>
        db.ReadAsync(session => CheckoutAttemptStore.FindAsync(session, scope, attemptId), cancellationToken);

    private bool IsDue(CheckoutAttemptRow attempt) =>
        attempt.Status == AttemptStatus.Created.ToWord() && attempt.StripeCheckoutSessionId is not null && !(attempt.AskedAt > LatestAsked);

    private long LatestAsked => Instant.Millis(clock.GetUtcNow() - Pause);

    /// <summary>Stripe's session; <see langword="null"/> where somebody else asks just now, or Stripe gives no answer in time.</summary>
    private async Task<StripeObject?> AskAsync(Scope scope, CheckoutAttemptRow attempt, CancellationToken cancellationToken)
    {
        var connection = await db.WriteAsync(
            async session => await CheckoutAttemptStore.TryAskAsync(session, scope, attempt.Id, LatestAsked, Instant.Millis(clock.GetUtcNow())).ConfigureAwait(false)
                ? await StripeConnectionStore.FindAsync(session, scope).ConfigureAwait(false)
                : null,
            cancellationToken).ConfigureAwait(false);
        if (connection is null)
        {
            return null;
        }

        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var answer = await stripe.GetAsync(secrets.Key(connection), StripePaths.CheckoutSession(attempt.StripeCheckoutSessionId!), either.Token).ConfigureAwait(false);
            return answer.Value;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static JsonAnswer<CheckoutAttemptResponse> Answer(CheckoutAttemptRow attempt, string? checkoutUrl) => new(new CheckoutAttemptResponse
    {
        AttemptId = attempt.Id,
        Status = attempt.Status,
        EntitlementId = attempt.EntitlementId,
        SubjectRef = attempt.SubjectRef,
        ProductCode = attempt.ProductCode,
        Quantity = attempt.Quantity,
        Mode = attempt.Mode,
        CheckoutUrl = checkoutUrl,
        ExpiresAt = Instant.Of(attempt.ExpiresAt),
        CreatedAt = Instant.Of(attempt.CreatedAt),
        UpdatedAt = Instant.Of(attempt.UpdatedAt),
    });
}
