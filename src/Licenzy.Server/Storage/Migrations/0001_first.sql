-- Only {text}, bigint and {blob}; instants are Unix milliseconds; yes/no is a nullable instant; enumerations are their wire words.
-- Keys begin with workspace and mode, so that the tables can be partitioned and distributed by workspace.

create table accounts (
    id {text} not null primary key,
    name {text} not null,
    created_at bigint not null
);

create table workspaces (
    id {text} not null primary key,
    account_id {text} not null references accounts (id),
    name {text} not null,
    created_at bigint not null,
    suspended_at bigint
);

create table admin_keys (
    id {text} not null primary key,
    account_id {text} not null references accounts (id),
    name {text} not null,
    prefix {text} not null,
    last4 {text} not null,
    hash {blob} not null unique,
    created_at bigint not null,
    last_used_at bigint,
    revoked_at bigint
);

create table api_keys (
    workspace_id {text} not null references workspaces (id),
    id {text} not null,
    mode {text} not null check (mode in ('test', 'live')),
    kind {text} not null check (kind in ('runtime', 'secret', 'publishable')),
    name {text} not null,
    prefix {text} not null,
    last4 {text} not null,
    hash {blob} not null unique,
    created_at bigint not null,
    last_used_at bigint,
    revoked_at bigint,
    expires_at bigint,
    primary key (workspace_id, id)
);

create table products (
    workspace_id {text} not null references workspaces (id),
    mode {text} not null check (mode in ('test', 'live')),
    id {text} not null,
    product_code {text} not null,
    name {text} not null,
    kind {text} not null check (kind in ('subscription', 'time_pass', 'usage_pack')),
    stripe_price_id {text} not null,
    duration_days bigint,
    units bigint,
    past_due_grace_days bigint not null,
    success_url {text},
    cancel_url {text},
    created_at bigint not null,
    updated_at bigint not null,
    deleted_at bigint,
    primary key (workspace_id, mode, id),
    unique (workspace_id, mode, product_code)
);

-- Every price a product ever had: who subscribed at an old price keeps the product.
create table product_prices (
    workspace_id {text} not null,
    mode {text} not null,
    stripe_price_id {text} not null,
    product_id {text} not null,
    created_at bigint not null,
    primary key (workspace_id, mode, stripe_price_id),
    foreign key (workspace_id, mode, product_id) references products (workspace_id, mode, id)
);

create table stripe_connections (
    workspace_id {text} not null references workspaces (id),
    mode {text} not null check (mode in ('test', 'live')),
    id {text} not null unique,
    status {text} not null check (status in ('connected', 'invalid')),
    account_id {text},
    key_hint {text} not null,
    secret_key {blob} not null,
    webhook_secret {blob},
    verified_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (workspace_id, mode)
);

create table stripe_customers (
    workspace_id {text} not null,
    mode {text} not null,
    subject_ref {text} not null,
    stripe_customer_id {text} not null,
    created_at bigint not null,
    primary key (workspace_id, mode, subject_ref)
);

create table subjects (
    workspace_id {text} not null references workspaces (id),
    mode {text} not null check (mode in ('test', 'live')),
    subject_ref {text} not null,
    version bigint not null,
    next_due_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (workspace_id, mode, subject_ref)
);

create index subjects_due on subjects (next_due_at) where next_due_at is not null;

create table entitlements (
    workspace_id {text} not null,
    mode {text} not null,
    subject_ref {text} not null,
    id {text} not null,
    product_code {text} not null,
    kind {text} not null check (kind in ('subscription', 'time_pass', 'usage_pack')),
    status {text} not null check (status in ('active', 'trialing', 'past_due', 'paused', 'canceled', 'expired', 'suspended', 'revoked')),
    status_cause {text},
    source {text} not null check (source in ('stripe', 'portal')),
    quantity bigint not null check (quantity >= 1),
    units_granted bigint,
    units_remaining bigint check (units_remaining >= 0),
    units_used bigint,
    starts_at bigint not null,
    expires_at bigint,
    ended_at bigint,
    stripe_subscription_id {text},
    stripe_subscription_item_id {text},
    period_start bigint,
    period_end bigint,
    cancel_at bigint,
    cancel_at_period_end_since bigint,
    past_due_since bigint,
    past_due_period_end bigint,
    grace_ends_at bigint,
    stripe_as_of bigint,
    attempt_id {text},
    stripe_checkout_session_id {text},
    stripe_payment_intent_id {text},
    created_at bigint not null,
    updated_at bigint not null,
    primary key (workspace_id, mode, subject_ref, id),
    foreign key (workspace_id, mode, subject_ref) references subjects (workspace_id, mode, subject_ref)
);

create index entitlements_by_subscription on entitlements (workspace_id, mode, stripe_subscription_id) where stripe_subscription_id is not null;

-- One right a Checkout Session, whatever is delivered twice; a subscription's further items name no session.
create unique index entitlements_by_session on entitlements (workspace_id, mode, stripe_checkout_session_id) where stripe_checkout_session_id is not null;

-- The state after every change and its cause: what "explain as of" reads.
create table entitlement_revisions (
    workspace_id {text} not null,
    mode {text} not null,
    subject_ref {text} not null,
    version bigint not null,
    entitlement_id {text} not null,
    at bigint not null,
    reason {text} not null,
    source {text} not null check (source in ('stripe', 'portal', 'runtime', 'clock')),
    cause_id {text} not null,
    state {text} not null,
    primary key (workspace_id, mode, subject_ref, version, entitlement_id)
);

create table checkout_attempts (
    workspace_id {text} not null references workspaces (id),
    mode {text} not null check (mode in ('test', 'live')),
    id {text} not null,
    subject_ref {text} not null,
    product_code {text} not null,
    kind {text} not null check (kind in ('subscription', 'time_pass', 'usage_pack')),
    stripe_price_id {text} not null,
    units bigint,
    duration_days bigint,
    past_due_grace_days bigint not null,
    quantity bigint not null check (quantity >= 1),
    status {text} not null check (status in ('created', 'completed', 'expired', 'failed')),
    -- What Stripe was asked, word for word: a repeat must ask the same, or Stripe refuses its key.
    stripe_form {text} not null,
    stripe_checkout_session_id {text},
    entitlement_id {text},
    expires_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (workspace_id, mode, id)
);

create index checkout_attempts_by_session on checkout_attempts (workspace_id, mode, stripe_checkout_session_id) where stripe_checkout_session_id is not null;

-- The inbox: what Stripe sent, once each, and what became of it.
create table stripe_events (
    workspace_id {text} not null references workspaces (id),
    mode {text} not null check (mode in ('test', 'live')),
    id {text} not null,
    type {text} not null,
    status {text} not null check (status in ('applied', 'unmatched')),
    note {text},
    payload {blob} not null,
    event_created_at bigint not null,
    received_at bigint not null,
    primary key (workspace_id, mode, id)
);

-- Units given and taken, append-only, with the balance after each row.
create table usage_ledger (
    workspace_id {text} not null,
    mode {text} not null,
    subject_ref {text} not null,
    version bigint not null,
    entitlement_id {text} not null,
    kind {text} not null check (kind in ('grant', 'consume', 'adjust')),
    units bigint not null,
    balance_after bigint not null check (balance_after >= 0),
    cause_id {text} not null,
    actor {text} not null,
    request_id {text} not null,
    at bigint not null,
    primary key (workspace_id, mode, subject_ref, version, entitlement_id)
);

-- The first answer to every Idempotency-Key, sealed, for at least 24 hours.
create table idempotency_keys (
    workspace_id {text} not null,
    mode {text} not null,
    route {text} not null,
    idempotency_key {text} not null,
    body_hash {blob} not null,
    status bigint,
    answer {blob},
    resource_id {text},
    locked_until bigint,
    created_at bigint not null,
    primary key (workspace_id, mode, route, idempotency_key)
);

create index idempotency_keys_by_age on idempotency_keys (created_at);

create table audit_log (
    workspace_id {text} not null,
    mode {text} not null,
    id {text} not null,
    at bigint not null,
    actor {text} not null,
    action {text} not null,
    target {text} not null,
    detail {text} not null,
    request_id {text} not null,
    primary key (workspace_id, mode, id)
);

create table settings (
    name {text} not null primary key,
    value {text} not null
);
