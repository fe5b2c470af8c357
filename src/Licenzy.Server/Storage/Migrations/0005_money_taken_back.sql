-- Money that is taken back, in whatever order one hears of it; and an inbox that waits for Stripe where an event leaves something open.

alter table entitlements add column payment_block {text} check (payment_block in ('refund', 'dispute', 'dispute_lost'));

alter table entitlements add column blocked_at bigint;

-- The newest states of the subscription: instant, '!' where past due or '.' where not, end of the period; separated by spaces.
alter table entitlements add column state_history {text};

alter table entitlements add column stripe_created_as_of bigint;

update entitlements
set state_history = cast(past_due_since as text) || '!' || coalesce(cast(past_due_period_end as text), '')
where past_due_since is not null;

alter table entitlements drop column past_due_since;

alter table entitlements drop column past_due_period_end;

create index entitlements_by_payment on entitlements (workspace_id, mode, stripe_payment_intent_id) where stripe_payment_intent_id is not null;

-- What was heard of one payment: refunds, disputes, the invoice it paid.
create table stripe_payments (
    workspace_id {text} not null,
    mode {text} not null check (mode in ('test', 'live')),
    id {text} not null,
    invoice_id {text},
    state {text} not null,
    updated_at bigint not null,
    primary key (workspace_id, mode, id)
);

create index stripe_payments_by_invoice on stripe_payments (workspace_id, mode, invoice_id) where invoice_id is not null;

-- Paid invoices of subscriptions: which of them paid the current period?
create table stripe_invoices (
    workspace_id {text} not null,
    mode {text} not null check (mode in ('test', 'live')),
    id {text} not null,
    subscription_id {text} not null,
    paid_at bigint not null,
    state {text} not null,
    primary key (workspace_id, mode, id)
);

create index stripe_invoices_by_subscription on stripe_invoices (workspace_id, mode, subscription_id, paid_at);

-- The inbox again: a status for what awaits a look at Stripe, and for what went wrong.
create table stripe_inbox (
    workspace_id {text} not null references workspaces (id),
    mode {text} not null check (mode in ('test', 'live')),
    id {text} not null,
    type {text} not null,
    object_id {text},
    status {text} not null check (status in ('applied', 'unmatched', 'pending', 'failed')),
    note {text},
    look_kind {text} check (look_kind in ('subscription', 'payment')),
    look_id {text},
    tries bigint not null,
    next_try_at bigint,
    leased_until bigint,
    payload {blob} not null,
    event_created_at bigint not null,
    received_at bigint not null,
    applied_at bigint,
    primary key (workspace_id, mode, id)
);

insert into stripe_inbox (workspace_id, mode, id, type, status, note, tries, payload, event_created_at, received_at)
select workspace_id, mode, id, type, status, note, 0, payload, event_created_at, received_at from stripe_events;

drop table stripe_events;

alter table stripe_inbox rename to stripe_events;

create index stripe_events_by_object on stripe_events (workspace_id, mode, object_id) where status <> 'applied';

create index stripe_events_due on stripe_events (next_try_at) where next_try_at is not null;

create index stripe_events_by_time on stripe_events (workspace_id, mode, event_created_at);
