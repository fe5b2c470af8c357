-- What an operator knows and no event tells: whose an object of Stripe's is. Later events of the object find its subject here.
create table stripe_links (
    workspace_id {text} not null references workspaces (id),
    mode {text} not null check (mode in ('test', 'live')),
    object_id {text} not null,
    subject_ref {text} not null,
    created_at bigint not null,
    primary key (workspace_id, mode, object_id)
);

-- The few that are not done with, for the list of them.
create index stripe_events_open on stripe_events (workspace_id, mode, event_created_at) where status <> 'applied';

-- A signing secret that was rolled at Stripe signs for a while beside the new one.
alter table stripe_connections add column previous_webhook_secret {blob};

alter table stripe_connections add column previous_webhook_secret_until bigint;
