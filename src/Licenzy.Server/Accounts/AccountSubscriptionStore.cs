using Licenzy.Server.Storage;

namespace Licenzy.Server.Accounts;

/// <summary>All SQL about the accounts' subscriptions at the operator's Stripe account.</summary>
internal static class AccountSubscriptionStore
{
    /// <summary>The bound on subscriptions of one account that are looked at, the latest; ended ones add up over the years.</summary>
    private const int Most = 100;

    private const string Columns =
        """
        stripe_subscription_id, account_id, matched_by, stripe_customer_id, plan, status, trial_end, period_start, period_end, cancel_at,
        cancel_at_period_end_since, state_history, grace_ends_at, stripe_as_of, stripe_created_as_of, created_at, updated_at
        """;

    public static Task<IReadOnlyList<AccountSubscriptionRow>> ListAsync(Session session, string accountId) =>
        session.ListAsync<AccountSubscriptionRow>(
            $"select {Columns} from account_subscriptions where account_id = @accountId order by updated_at desc limit {Most}", new { accountId });

    /// <summary>The same, for the account that owns a workspace.</summary>
    public static Task<IReadOnlyList<AccountSubscriptionRow>> ListOfOwnerAsync(Session session, string workspaceId) =>
        session.ListAsync<AccountSubscriptionRow>(
            $"""
            select {Columns} from account_subscriptions
            where account_id = (select w.account_id from workspaces w where w.id = @workspaceId)
            order by updated_at desc
            limit {Most}
            """,
            new { workspaceId });

    public static Task<AccountSubscriptionRow?> FindAsync(Session session, string subscriptionId) =>
        session.FindAsync<AccountSubscriptionRow>($"select {Columns} from account_subscriptions where stripe_subscription_id = @subscriptionId", new { subscriptionId });

    /// <summary>The accounts a Stripe customer pays for: at most two, since more than one says nothing.</summary>
    public static Task<IReadOnlyList<string>> AccountsOfCustomerAsync(Session session, string customerId) =>
        session.ListAsync<string>("select distinct account_id from account_subscriptions where stripe_customer_id = @customerId limit 2", new { customerId });

    public static async Task<bool> IsAccountAsync(Session session, string accountId) =>
        await session.FindAsync<string>("select id from accounts where id = @accountId", new { accountId }).ConfigureAwait(false) is not null;

    /// <summary>The account's workspaces, the oldest.</summary>
    public static Task<IReadOnlyList<string>> WorkspacesAsync(Session session, string accountId) =>
        session.ListAsync<string>($"select id from workspaces where account_id = @accountId order by id limit {Most}", new { accountId });

    public static Task SaveAsync(Session session, AccountSubscriptionRow row) =>
        session.ExecuteAsync(
            $"""
            insert into account_subscriptions ({Columns})
            values (@StripeSubscriptionId, @AccountId, @MatchedBy, @StripeCustomerId, @Plan, @Status, @TrialEnd, @PeriodStart, @PeriodEnd, @CancelAt,
                @CancelAtPeriodEndSince, @StateHistory, @GraceEndsAt, @StripeAsOf, @StripeCreatedAsOf, @CreatedAt, @UpdatedAt)
            on conflict (stripe_subscription_id) do update set
                account_id = excluded.account_id, matched_by = excluded.matched_by, stripe_customer_id = excluded.stripe_customer_id, plan = excluded.plan,
                status = excluded.status, trial_end = excluded.trial_end, period_start = excluded.period_start, period_end = excluded.period_end,
                cancel_at = excluded.cancel_at, cancel_at_period_end_since = excluded.cancel_at_period_end_since, state_history = excluded.state_history,
                grace_ends_at = excluded.grace_ends_at, stripe_as_of = excluded.stripe_as_of, stripe_created_as_of = excluded.stripe_created_as_of,
                updated_at = excluded.updated_at
            """,
            row);
}
