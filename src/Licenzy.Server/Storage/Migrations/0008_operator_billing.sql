-- The operator's own Stripe account bills the accounts of this server: their subscriptions there, and the events that told of them, once each.

create table account_subscriptions (
    stripe_subscription_id {text} not null primary key,
    account_id {text} not null references accounts (id),
    -- What named the account: what comes later in this list outranks what comes before.
    matched_by {text} not null check (matched_by in ('customer', 'checkout', 'metadata')),
    stripe_customer_id {text},
    plan {text},
    status {text} not null check (status in ('incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'canceled')),
    trial_end bigint,
    period_start bigint,
    period_end bigint,
    cancel_at bigint,
    cancel_at_period_end_since bigint,
    state_history {text},
    grace_ends_at bigint,
    -- Null while no event of the subscription itself has come.
    stripe_as_of bigint,
    stripe_created_as_of bigint,
    created_at bigint not null,
    updated_at bigint not null
);

create index account_subscriptions_by_account on account_subscriptions (account_id);

create index account_subscriptions_by_customer on account_subscriptions (stripe_customer_id) where stripe_customer_id is not null;

create table billing_events (
    id {text} not null primary key,
    type {text} not null,
    subscription_id {text} not null,
    customer_id {text},
    status {text} not null check (status in ('applied', 'unmatched')),
    note {text},
    payload {blob} not null,
    event_created_at bigint not null,
    received_at bigint not null,
    applied_at bigint
);

create index billing_events_unmatched on billing_events (subscription_id) where status = 'unmatched';

-- Its row is locked by whoever applies a billing event: they are few, and one after the other none can miss what another just stored.
insert into settings (name, value) values ('operator_billing', 'one at a time');
