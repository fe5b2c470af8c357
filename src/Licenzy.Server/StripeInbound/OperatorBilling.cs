using Licenzy.Domain;
using Licenzy.Domain.Accounts;
using Licenzy.Domain.Billing;
using Licenzy.Server.Accounts;
using Licenzy.Server.Audit;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.StripeInbound;

/// <summary>
/// Applies the events by which the operator's Stripe account bills this server's accounts: the event and its effect are one transaction, once
/// however often it comes. An event that names nobody is kept until another says whose subscription it is.
/// </summary>
internal sealed class OperatorBilling(Db db, AuditStore audit, TimeProvider clock, ILogger<OperatorBilling> logger)
{
    public Task ReceiveAsync(OperatorEvent one, byte[] payload, CancellationToken cancellationToken) =>
        db.WriteAsync(session => TakeAsync(session, one, payload), cancellationToken);

    private async Task TakeAsync(Session session, OperatorEvent one, byte[] payload)
    {
        await BillingEventStore.TurnAsync(session).ConfigureAwait(false);
        if (!await BillingEventStore.CountsAsync(session, one.News.Livemode).ConfigureAwait(false))
        {
            Log.EventIgnored(logger, one.News.Id, one.News.Type, "it is of test mode, and live events have been here");
            return;
        }

        var isNew = await BillingEventStore.TryAddAsync(session, one, payload, Now).ConfigureAwait(false);
        if (!isNew && !await BillingEventStore.IsUnmatchedAsync(session, one.News.Id).ConfigureAwait(false))
        {
            return;
        }

        if (!await TryApplyAsync(session, one).ConfigureAwait(false))
        {
            var why = one.AccountId is null ? "It names no account, and neither its subscription nor its customer is known." : "The account it names is not here.";
            await BillingEventStore.UnmatchedAsync(session, one.News.Id, why).ConfigureAwait(false);
            Log.EventUnmatched(logger, one.News.Id, one.News.Type, why);
            return;
        }

        await BillingEventStore.AppliedAsync(session, one.News.Id, Now).ConfigureAwait(false);
        foreach (var kept in await BillingEventStore.KeptAsync(session, one).ConfigureAwait(false))
        {
            if (StripeEventReader.Read(kept) is { } news && OperatorEventReader.Read(news, kept) is { } waiting
                && await TryApplyAsync(session, waiting).ConfigureAwait(false))
            {
                await BillingEventStore.AppliedAsync(session, news.Id, Now).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> TryApplyAsync(Session session, OperatorEvent one)
    {
        var known = await AccountSubscriptionStore.FindAsync(session, one.SubscriptionId).ConfigureAwait(false);
        if (await OwnerAsync(session, one, known).ConfigureAwait(false) is not { } owner)
        {
            return false;
        }

        var row = known ?? new AccountSubscriptionRow
        {
            StripeSubscriptionId = one.SubscriptionId,
            AccountId = owner.AccountId,
            MatchedBy = owner.By.ToWord(),
            // What a checkout started; its own events say what became of it.
            Status = StripeSubscriptionStatus.Incomplete.ToWord(),
            CreatedAt = Now,
            UpdatedAt = Now,
        };
        row = row with { AccountId = owner.AccountId, MatchedBy = owner.By.ToWord(), StripeCustomerId = row.StripeCustomerId ?? one.CustomerId, UpdatedAt = Now };
        var next = one.News is SubscriptionEvent news ? After(row, news, one) : row;
        await AccountSubscriptionStore.SaveAsync(session, next).ConfigureAwait(false);
        await NoteAsync(session, one, known, next).ConfigureAwait(false);
        return true;
    }

    // A plan is the account's: each of its workspaces has it on record. What a checkout only began is no plan yet.
    private async Task NoteAsync(Session session, OperatorEvent one, AccountSubscriptionRow? before, AccountSubscriptionRow after)
    {
        if (after.Plan is null || (before is not null && (before.Plan, before.Status, before.AccountId) == (after.Plan, after.Status, after.AccountId)))
        {
            return;
        }

        var was = before?.Plan is null ? "none" : $"{before.Plan}, {before.Status}";
        var entry = new AuditEntry("stripe", "account.plan_changed", after.StripeSubscriptionId, $"plan {after.Plan}, {after.Status}; was {was}");
        foreach (var workspace in await AccountSubscriptionStore.WorkspacesAsync(session, after.AccountId).ConfigureAwait(false))
        {
            await audit.AddAsync(session, new Scope(workspace, Mode.Live), entry, one.News.Id).ConfigureAwait(false);
        }
    }

    // A subscription stays its account's, unless something stronger than what named that account names another.
    private static async Task<(string AccountId, AccountMatch By)?> OwnerAsync(Session session, OperatorEvent one, AccountSubscriptionRow? known)
    {
        (string AccountId, AccountMatch By)? owner = known is null ? null : (known.AccountId, Words.Parse<AccountMatch>(known.MatchedBy));
        if (one.AccountId is { } named)
        {
            return !(owner?.By >= one.By) && await AccountSubscriptionStore.IsAccountAsync(session, named).ConfigureAwait(false) ? (named, one.By) : owner;
        }

        return owner is null && one.CustomerId is { } customer
            && await AccountSubscriptionStore.AccountsOfCustomerAsync(session, customer).ConfigureAwait(false) is [var only]
            ? (only, AccountMatch.Customer)
            : owner;
    }

    private static AccountSubscriptionRow After(AccountSubscriptionRow row, SubscriptionEvent news, OperatorEvent one)
    {
        var known = row.ToSubscription();
        known = known with { Terms = known.Terms with { History = StateHistoryText.Read(row.StateHistory) } };
        var next = AccountBillingRules.Apply(known, news, one.Plan, one.TrialEnd) ?? known;
        return row with
        {
            Plan = next.Plan,
            Status = next.Status.ToWord(),
            TrialEnd = Instant.Millis(next.TrialEnd),
            PeriodStart = Instant.Millis(next.Terms.PeriodStart),
            PeriodEnd = Instant.Millis(next.Terms.PeriodEnd),
            CancelAt = Instant.Millis(next.Terms.CancelAt),
            CancelAtPeriodEndSince = next.Terms.CancelAtPeriodEnd ? Instant.Millis(next.Terms.AsOf) : null,
            StateHistory = StateHistoryText.Write(next.Terms.History),
            GraceEndsAt = Instant.Millis(next.Terms.GraceEndsAt),
            StripeAsOf = Instant.Millis(next.Terms.AsOf),
            StripeCreatedAsOf = next.Terms.IsCreation ? Instant.Millis(next.Terms.AsOf) : null,
        };
    }

    private long Now => Instant.Millis(clock.GetUtcNow());
}
