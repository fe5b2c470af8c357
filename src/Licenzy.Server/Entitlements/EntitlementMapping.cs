using System.Text.Json;
using Licenzy.Access;
using Licenzy.Domain;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Entitlements;

/// <summary>Rights between their row, the rules and the wire.</summary>
internal static class EntitlementMapping
{
    // A product without a plan grants no features.
    private static readonly Dictionary<string, JsonElement> NoFeatures = [];

    public static Entitlement ToDomain(this EntitlementRow row) => new()
    {
        Id = row.Id,
        ProductCode = row.ProductCode,
        Kind = Words.Parse<EntitlementKind>(row.Kind),
        Status = Words.Parse<EntitlementStatus>(row.Status),
        StatusCause = Words.Find<StatusCause>(row.StatusCause),
        Source = Words.Parse<EntitlementSource>(row.Source),
        Quantity = row.Quantity,
        UnitsGranted = row.UnitsGranted,
        UnitsRemaining = row.UnitsRemaining,
        UnitsHeld = row.UnitsHeld,
        StartsAt = Instant.Of(row.StartsAt),
        ExpiresAt = Instant.Of(row.ExpiresAt),
        EndedAt = Instant.Of(row.EndedAt),
        Block = row.PaymentBlock is null ? null : new PaymentBlock(Words.Parse<PaymentBlockCause>(row.PaymentBlock), Instant.Of(row.BlockedAt ?? 0)),
        Subscription = row.StripeSubscriptionId is null ? null : new SubscriptionTerms
        {
            SubscriptionId = row.StripeSubscriptionId,
            ItemId = row.StripeSubscriptionItemId,
            PeriodStart = Instant.Of(row.PeriodStart),
            PeriodEnd = Instant.Of(row.PeriodEnd),
            UnitsUsed = row.UnitsUsed ?? 0,
            CancelAt = Instant.Of(row.CancelAt),
            CancelAtPeriodEnd = row.CancelAtPeriodEndSince is not null,
            History = StateHistoryText.Read(row.StateHistory),
            GraceEndsAt = Instant.Of(row.GraceEndsAt),
            AsOf = Instant.Of(row.StripeAsOf),
            IsCreation = row.StripeCreatedAsOf is not null,
        },
        AttemptId = row.AttemptId,
        StripeCheckoutSessionId = row.StripeCheckoutSessionId,
        StripePaymentIntentId = row.StripePaymentIntentId,
        CreatedAt = Instant.Of(row.CreatedAt),
    };

    public static EntitlementRow ToRow(this Entitlement right, Scope scope, string subjectRef, DateTimeOffset updatedAt) => new()
    {
        WorkspaceId = scope.WorkspaceId,
        Mode = scope.Mode.ToWord(),
        SubjectRef = subjectRef,
        Id = right.Id,
        ProductCode = right.ProductCode,
        Kind = right.Kind.ToWord(),
        Status = right.Status.ToWord(),
        StatusCause = right.StatusCause?.ToWord(),
        Source = right.Source.ToWord(),
        Quantity = right.Quantity,
        UnitsGranted = right.UnitsGranted,
        UnitsRemaining = right.UnitsRemaining,
        UnitsUsed = right.Subscription?.UnitsUsed,
        UnitsHeld = right.UnitsHeld,
        StartsAt = Instant.Millis(right.StartsAt),
        ExpiresAt = Instant.Millis(right.ExpiresAt),
        EndedAt = Instant.Millis(right.EndedAt),
        PaymentBlock = right.Block?.Cause.ToWord(),
        BlockedAt = Instant.Millis(right.Block?.Since),
        StripeSubscriptionId = right.Subscription?.SubscriptionId,
        StripeSubscriptionItemId = right.Subscription?.ItemId,
        PeriodStart = Instant.Millis(right.Subscription?.PeriodStart),
        PeriodEnd = Instant.Millis(right.Subscription?.PeriodEnd),
        CancelAt = Instant.Millis(right.Subscription?.CancelAt),
        CancelAtPeriodEndSince = right.Subscription is { CancelAtPeriodEnd: true } terms ? Instant.Millis(terms.AsOf ?? updatedAt) : null,
        StateHistory = StateHistoryText.Write(right.Subscription?.History),
        GraceEndsAt = Instant.Millis(right.Subscription?.GraceEndsAt),
        StripeAsOf = Instant.Millis(right.Subscription?.AsOf),
        StripeCreatedAsOf = right.Subscription is { IsCreation: true } creation ? Instant.Millis(creation.AsOf) : null,
        AttemptId = right.AttemptId,
        StripeCheckoutSessionId = right.StripeCheckoutSessionId,
        StripePaymentIntentId = right.StripePaymentIntentId,
        CreatedAt = Instant.Millis(right.CreatedAt),
        UpdatedAt = Instant.Millis(updatedAt),
    };

    public static EntitlementSummary ToSummary(this RightView view) => new()
    {
        Id = view.Right.Id,
        ProductCode = view.Right.ProductCode,
        Kind = view.Right.Kind.ToWord(),
        Status = view.Status.ToWord(),
        Available = view.Availability.IsAvailable,
        AvailabilityReason = view.Availability.Reason.ToWord(),
        UsageRemaining = view.Right.UnitsShown(),
        StartsAt = view.Right.StartsAt,
        ExpiresAt = view.Right.EndsAt(),
        CurrentPeriodEnd = view.Right.Subscription?.PeriodEnd,
        CancelAtPeriodEnd = view.Right.Subscription is { IsCanceling: true },
        GracePeriodEndsAt = view.GracePeriodEndsAt,
        Features = NoFeatures,
    };

    public static EntitlementResponse ToResponse(this RightView view, string subjectRef, DateTimeOffset updatedAt) => new()
    {
        Id = view.Right.Id,
        SubjectRef = subjectRef,
        ProductCode = view.Right.ProductCode,
        Kind = view.Right.Kind.ToWord(),
        Status = view.Status.ToWord(),
        StatusCause = view.Right.CauseOfStatus()?.ToWord(),
        Available = view.Availability.IsAvailable,
        AvailabilityReason = view.Availability.Reason.ToWord(),
        UnitsGranted = view.Right.UnitsGranted,
        UsageRemaining = view.Right.UnitsShown(),
        Quantity = view.Right.Quantity,
        Source = view.Right.Source.ToWord(),
        StartsAt = view.Right.StartsAt,
        ExpiresAt = view.Right.EndsAt(),
        CurrentPeriodEnd = view.Right.Subscription?.PeriodEnd,
        CancelAtPeriodEnd = view.Right.Subscription is { IsCanceling: true },
        GracePeriodEndsAt = view.GracePeriodEndsAt,
        Features = NoFeatures,
        StripeCheckoutSessionId = view.Right.StripeCheckoutSessionId,
        StripePaymentIntentId = view.Right.StripePaymentIntentId,
        StripeSubscriptionId = view.Right.Subscription?.SubscriptionId,
        CreatedAt = view.Right.CreatedAt,
        UpdatedAt = updatedAt,
    };
}
