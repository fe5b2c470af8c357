-- People who sign in to the portal, and their sessions; workspaces that come and go.

create table operators (
    id {text} not null primary key,
    account_id {text} not null references accounts (id),
    email {text} not null,
    email_key {text} not null unique,
    password_hash {text} not null,
    created_at bigint not null
);

create table portal_sessions (
    token_hash {blob} not null primary key,
    operator_id {text} not null references operators (id),
    csrf_token {text} not null,
    created_at bigint not null,
    last_seen_at bigint not null
);

create index portal_sessions_by_operator on portal_sessions (operator_id);

alter table workspaces add column deleted_at bigint;
