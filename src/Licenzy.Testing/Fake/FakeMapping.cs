using Licenzy.Access;
using Licenzy.Domain;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;

namespace Licenzy.Testing;

/// <summary>Decisions as the server writes them.</summary>
internal static class FakeMapping
{
    public static CustomerAccessResponse ToResponse(this FakeSubject subject, string subjectRef, DateTimeOffset now)
    {
        var access = AccessRules.Summarise(subject.Rights, now, Leeway.Default);
        return new CustomerAccessResponse
        {
            SubjectRef = subjectRef,
            HasAccess = access.Decision.Allowed,
            Status = access.Status?.ToWord() ?? "none",
            Version = subject.Version,
            DecidedAt = now,
            NextChangeAt = access.ChangesAt,
            Entitlements = [.. access.Rights.Select(view => ToSummary(view, subject.Held.Single(held => held.Right.Id == view.Right.Id)))],
        };
    }

    public static EntitlementResponse ToResponse(this FakeHeld held, string subjectRef, DateTimeOffset now)
    {
        var (right, view) = (held.Right, AccessRules.View(held.Right, now, Leeway.Default));
        return new EntitlementResponse
        {
            Id = right.Id,
            SubjectRef = subjectRef,
            ProductCode = right.ProductCode,
            Kind = right.Kind.ToWord(),
            Status = view.Status.ToWord(),
            StatusCause = right.CauseOfStatus()?.ToWord(),
            Available = view.Availability.IsAvailable,
            AvailabilityReason = view.Availability.Reason.ToWord(),
            UnitsGranted = right.UnitsGranted,
            UsageRemaining = right.UnitsShown(),
            Quantity = right.Quantity,
            Source = right.Source.ToWord(),
            StartsAt = right.StartsAt,
            ExpiresAt = right.EndsAt(),
            CurrentPeriodEnd = right.Subscription?.PeriodEnd,
            CancelAtPeriodEnd = right.Subscription is { IsCanceling: true },
            GracePeriodEndsAt = view.GracePeriodEndsAt,
            Features = held.Features,
            StripeCheckoutSessionId = right.StripeCheckoutSessionId,
            StripePaymentIntentId = right.StripePaymentIntentId,
            StripeSubscriptionId = right.Subscription?.SubscriptionId,
            CreatedAt = right.CreatedAt,
            UpdatedAt = held.UpdatedAt,
        };
    }

    private static EntitlementSummary ToSummary(RightView view, FakeHeld held) => new()
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
        Features = held.Features,
    };
}
