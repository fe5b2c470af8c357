-- How far Stripe's own list of events was read: what happened while nobody listened is read from there.

create table stripe_catch_ups (
    workspace_id {text} not null,
    mode {text} not null check (mode in ('test', 'live')),
    -- Everything of before is known here.
    through bigint not null,
    -- Where comparing the objects themselves has got to, since when; only after an outage longer than Stripe's memory.
    place {text},
    place_since bigint,
    finished_at bigint,
    leased_until bigint,
    primary key (workspace_id, mode)
);

insert into stripe_catch_ups (workspace_id, mode, through)
select c.workspace_id, c.mode, coalesce(
    (select max(e.event_created_at) from stripe_events e where e.workspace_id = c.workspace_id and e.mode = c.mode), c.created_at)
from stripe_connections c;

-- Which subscriptions of a time does Stripe not know?
create index entitlements_by_start on entitlements (workspace_id, mode, created_at) where stripe_subscription_id is not null and ended_at is null;

create index checkout_attempts_open on checkout_attempts (workspace_id, mode, id) where status = 'created';
