using Licenzy.Checkout;
using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Accounts;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Server.Products;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Checkout;

/// <summary>A recorded attempt with what is needed to ask Stripe.</summary>
internal sealed record PreparedCheckout(CheckoutAttemptRow Attempt, string SecretKey);

/// <summary>The transaction before the call to Stripe: a new attempt under a new key, or the attempt an earlier try left unfinished.</summary>
internal sealed class CheckoutPreparation(Idempotency idempotency, PlanGate plans, StripeConnectionSecrets secrets, Ids ids, RuleClock rules, TimeProvider clock)
{
    // Longer than the longest call to Stripe: whoever holds the key this long has died.
    private static readonly TimeSpan KeyLease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SessionLife = TimeSpan.FromHours(24);

    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<(IResult? Answer, PreparedCheckout? Prepared)> PrepareAsync(
        Session session, CreateCheckoutRequest request, IdempotencyScope place, byte[] bodyHash, string returnPages, KeyPlace room)
    {
        var isNew = room.IsGranted && await IdempotencyStore.TryTakeAsync(session, place, bodyHash, Now).ConfigureAwait(false);
        var known = isNew ? null : await IdempotencyStore.FindAsync(session, place).ConfigureAwait(false);
        if (known is not null && idempotency.Repeat(place, known, bodyHash) is { } repeat)
        {
            return (repeat, null);
        }

        if (!isNew && known is null)
        {
            return (Idempotency.Absent(room), null);
        }

        if (known?.LockedUntil > Now)
        {
            return (Refusal.Conflict(ErrorCodes.IdempotencyInProgress, "The first request with this key is still at Stripe. Try again in a few seconds."), null);
        }

        var (refusal, prepared) = await BeginAsync(session, request, place.Scope, known?.ResourceId, returnPages).ConfigureAwait(false);
        if (prepared is not null)
        {
            await IdempotencyStore.WorkOnAsync(session, place, prepared.Attempt.Id, Now + (long)KeyLease.TotalMilliseconds).ConfigureAwait(false);
        }
        else if (isNew)
        {
            // A refusal is not kept: once its cause is mended, the same key may be used.
            await IdempotencyStore.RemoveAsync(session, place).ConfigureAwait(false);
        }

        room.IsKept = isNew && prepared is not null;
        return (refusal, prepared);
    }

    /// <summary>The attempt without a customer that Stripe no longer knows; the subject's next payment makes a new one.</summary>
    public static async Task<CheckoutAttemptRow> WithoutCustomerAsync(Session session, CheckoutAttemptRow attempt)
    {
        var changed = attempt with { StripeForm = CheckoutForm.WithoutCustomer(attempt) };
        await CheckoutAttemptStore.ReformAsync(session, changed).ConfigureAwait(false);
        var scope = new Scope(attempt.WorkspaceId, Words.Parse<Mode>(attempt.Mode));
        await StripeCustomerStore.ForgetAsync(session, scope, attempt.SubjectRef).ConfigureAwait(false);
        return changed;
    }

    private async Task<(Refusal? Refusal, PreparedCheckout? Prepared)> BeginAsync(
        Session session, CreateCheckoutRequest request, Scope scope, string? unfinishedId, string returnPages)
    {
        // An attempt that was begun may be finished.
        if (unfinishedId is null)
        {
            await plans.RequireAsync(session, scope).ConfigureAwait(false);
        }

        if (await StripeConnectionStore.FindAsync(session, scope).ConfigureAwait(false) is not { } connection)
        {
            return (Refusal.Conflict(ErrorCodes.StripeNotConnected, $"Connect Stripe in {scope.Mode.ToWord()} mode first: PUT /portal/stripe/connection."), null);
        }

        if (unfinishedId is not null && await CheckoutAttemptStore.FindAsync(session, scope, unfinishedId).ConfigureAwait(false) is { } unfinished)
        {
            return (null, new PreparedCheckout(unfinished, secrets.Key(connection)));
        }

        if (await ProductStore.FindAsync(session, scope, request.ProductCode).ConfigureAwait(false) is not { } product)
        {
            return (new Refusal(StatusCodes.Status404NotFound, ErrorCodes.ProductNotFound, $"There is no product of that code in {scope.Mode.ToWord()} mode."), null);
        }

        if (await IsSubscribedAsync(session, scope, request.SubjectRef, product).ConfigureAwait(false))
        {
            return (Refusal.Conflict(ErrorCodes.AlreadySubscribed, $"The subject already holds a live subscription to {product.ProductCode}."), null);
        }

        var customer = await StripeCustomerStore.FindAsync(session, scope, request.SubjectRef).ConfigureAwait(false);
        var attempt = NewAttempt(scope, request, product, customer, returnPages);
        // From here on operators find the subject, paid or not.
        await EntitlementStore.KnowAsync(session, scope, request.SubjectRef, clock.GetUtcNow()).ConfigureAwait(false);
        await CheckoutAttemptStore.AddAsync(session, attempt).ConfigureAwait(false);
        return (null, new PreparedCheckout(attempt, secrets.Key(connection)));
    }

    private async Task<bool> IsSubscribedAsync(Session session, Scope scope, string subjectRef, ProductRow product)
    {
        if (product.Terms.Kind != EntitlementKind.Subscription)
        {
            return false;
        }

        var now = await rules.NowAsync(session, scope).ConfigureAwait(false);
        var held = await EntitlementStore.LockAsync(session, scope, subjectRef, at: null).ConfigureAwait(false);
        return CheckoutRules.IsSubscribed(held.Rights, product.ProductCode, now);
    }

    private CheckoutAttemptRow NewAttempt(Scope scope, CreateCheckoutRequest request, ProductRow product, string? customerId, string returnPages)
    {
        var id = ids.New("att");
        return new CheckoutAttemptRow
        {
            WorkspaceId = scope.WorkspaceId,
            Mode = scope.Mode.ToWord(),
            Id = id,
            SubjectRef = request.SubjectRef,
            ProductCode = product.ProductCode,
            Kind = product.Kind,
            StripePriceId = product.StripePriceId,
            Units = product.Units,
            DurationDays = product.DurationDays,
            PastDueGraceDays = product.PastDueGraceDays,
            Quantity = request.Quantity ?? 1,
            Status = AttemptStatus.Created.ToWord(),
            StripeForm = CheckoutForm.Of(id, request, product, customerId, returnPages),
            ExpiresAt = Now + (long)SessionLife.TotalMilliseconds,
            CreatedAt = Now,
            UpdatedAt = Now,
        };
    }
}
