-- What is announced to a workspace's endpoint, every try of it, the feed of changes, and the clock of test mode.

create table webhook_endpoints (
    workspace_id {text} not null references workspaces (id),
    mode {text} not null check (mode in ('test', 'live')),
    id {text} not null,
    url {text} not null,
    -- Words with a space between; null for all but usage.consumed.
    event_types {text},
    description {text},
    -- Sealed.
    secret {blob} not null,
    secret_hint {text} not null,
    previous_secret {blob},
    previous_secret_until bigint,
    disabled_at bigint,
    disabled_reason {text} check (disabled_reason in ('operator', 'gone', 'failing')),
    -- The first failed try since the last good one.
    failing_since bigint,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (workspace_id, mode)
);

create table outbound_events (
    workspace_id {text} not null,
    mode {text} not null,
    id {text} not null,
    type {text} not null,
    subject_ref {text},
    -- The very bytes that are signed and sent.
    payload {blob} not null,
    created_at bigint not null,
    primary key (workspace_id, mode, id)
);

create index outbound_events_by_age on outbound_events (created_at);

create table deliveries (
    workspace_id {text} not null,
    mode {text} not null,
    id {text} not null,
    endpoint_id {text} not null,
    event_id {text} not null,
    type {text} not null,
    subject_ref {text},
    status {text} not null check (status in ('pending', 'failed', 'dead', 'sent')),
    -- All tries, and those of the present budget: a requeue begins another.
    attempts bigint not null,
    tries bigint not null,
    -- Null where nothing is tried by itself any more.
    next_attempt_at bigint,
    leased_until bigint,
    last_http_status bigint,
    last_error {text},
    resend_of {text},
    created_at bigint not null,
    sent_at bigint,
    -- When it came to rest, sent or dead: from then on it is kept for its time.
    ended_at bigint,
    primary key (workspace_id, mode, id)
);

create index deliveries_due on deliveries (next_attempt_at) where next_attempt_at is not null;

create index deliveries_due_there on deliveries (workspace_id, mode, next_attempt_at) where next_attempt_at is not null;

create index deliveries_leased on deliveries (workspace_id, mode) where leased_until is not null;

create index deliveries_by_event on deliveries (workspace_id, mode, event_id);

create index deliveries_by_status on deliveries (workspace_id, mode, status, id);

create index deliveries_by_subject on deliveries (workspace_id, mode, subject_ref, id);

create index deliveries_ended on deliveries (status, ended_at) where ended_at is not null;

create table delivery_attempts (
    workspace_id {text} not null,
    mode {text} not null,
    delivery_id {text} not null,
    number bigint not null,
    at bigint not null,
    -- Null until the try has ended; a crash leaves it so.
    duration_ms bigint,
    http_status bigint,
    error {text},
    response {text},
    primary key (workspace_id, mode, delivery_id, number)
);

-- One row, raised as the last statement of a transaction and held to its commit: positions are without gaps and in the order of the commits.
create table change_feed_head (
    id bigint not null primary key check (id = 1),
    position bigint not null
);

insert into change_feed_head (id, position) values (1, 0);

create table change_feed (
    position bigint not null primary key,
    workspace_id {text} not null,
    mode {text} not null,
    -- Null where everything in the mode changed at once.
    subject_ref {text},
    version bigint,
    next_change_at bigint,
    at bigint not null
);

create index change_feed_by_age on change_feed (at);

-- How far a workspace's test mode is ahead of, or behind, the clock.
create table test_clocks (
    workspace_id {text} not null primary key references workspaces (id),
    offset_ms bigint not null,
    updated_at bigint not null
);

-- Stripe tells of a paid invoice under two names; it is announced once.
alter table stripe_invoices add column announced_at bigint;

update stripe_invoices set announced_at = paid_at;
