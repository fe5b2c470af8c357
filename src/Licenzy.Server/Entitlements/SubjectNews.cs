using Licenzy.Domain;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Webhooks;

namespace Licenzy.Server.Entitlements;

/// <summary>What is told of a subject at one version: events in the contract's words.</summary>
/// <param name="Scope">Workspace and mode.</param>
/// <param name="SubjectRef">Whose rights.</param>
/// <param name="Now">The rights as they stand.</param>
/// <param name="Cause">What made it so.</param>
/// <param name="Leeway">How long a renewal may be late.</param>
internal sealed record SubjectNews(Scope Scope, string SubjectRef, SubjectRights Now, Cause Cause, Leeway Leeway)
{
    /// <summary>What is told of the changes that made this version.</summary>
    public IReadOnlyList<Announcement> Of(IReadOnlyList<EntitlementChange> changes) =>
    [
        .. Consumption([.. changes.Where(change => change.Reason == ChangeReason.UsageConsumed)]),
        .. changes.SelectMany(change => AnnouncementRules.Of(change).Select(told => new Announcement(TypeOf(told), About(change)))),
    ];

    /// <summary>A right and everything about it; the caller adds what only it knows.</summary>
    public WebhookEventData About(Entitlement right, string reason)
    {
        var view = AccessRules.View(right, Cause.At, Leeway);
        var summary = view.ToSummary();
        return Head(reason) with
        {
            ProductCode = summary.ProductCode,
            Kind = summary.Kind,
            Status = summary.Status,
            EntitlementId = right.Id,
            AttemptId = right.AttemptId,
            UsageRemaining = summary.UsageRemaining,
            StripeCheckoutSessionId = right.StripeCheckoutSessionId,
            StripePaymentIntentId = right.StripePaymentIntentId,
            StripeSubscriptionId = right.Subscription?.SubscriptionId,
            CurrentPeriodEnd = summary.CurrentPeriodEnd,
            ExpiresAt = summary.ExpiresAt,
            CanceledAt = right.EndedAt ?? (right.Subscription is { IsCanceling: true } ? summary.ExpiresAt : null),
            CreatedAt = right.CreatedAt,
        };
    }

    private WebhookEventData About(EntitlementChange change) => About(change.After, change.Reason.ToWord()) with
    {
        Units = change switch
        {
            { Before: null } => change.After.UnitsGranted,
            { Reason: ChangeReason.UsageConsumed } => -change.Consumed(),
            { Reason: ChangeReason.UsageAdjusted or ChangeReason.UsageReversed } => change.After.UnitsRemaining - change.Before.UnitsRemaining,
            _ => null,
        },
    };

    // One for all rights it took from: of a single one it names the right, of several only what is left over all of them.
    private IEnumerable<Announcement> Consumption(IReadOnlyList<EntitlementChange> taken)
    {
        if (taken.Count == 0)
            return [];
        var reason = ChangeReason.UsageConsumed.ToWord();
        var data = taken is [var only] ? About(only.After, reason) : Head(reason);
        return
        [
            new Announcement(WebhookEventTypes.UsageConsumed, data with
            {
                Units = taken.Sum(change => change.Consumed()),
                UsageRemaining = UsageRules.Remaining(Now.Rights, Cause.At, Leeway),
            }),
        ];
    }

    /// <summary>What holds for the subject as a whole.</summary>
    public WebhookEventData Head(string reason) => new()
    {
        Sequence = Now.Version,
        SubjectRef = SubjectRef,
        WorkspaceId = Scope.WorkspaceId,
        Mode = Scope.Mode.ToWord(),
        Reason = reason,
        Source = Cause.Source.ToWord(),
        ActorUserId = Cause.Source is ChangeSource.Portal or ChangeSource.Runtime ? Cause.Actor : null,
        UpdatedAt = Cause.At,
    };

    private static string TypeOf(Announced told) => told switch
    {
        Announced.SubscriptionUpdated => WebhookEventTypes.SubscriptionUpdated,
        Announced.SubscriptionDeleted => WebhookEventTypes.SubscriptionDeleted,
        Announced.UsageDepleted => WebhookEventTypes.UsageDepleted,
        _ => WebhookEventTypes.EntitlementUpdated,
    };
}
