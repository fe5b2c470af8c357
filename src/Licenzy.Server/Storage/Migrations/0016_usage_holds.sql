-- Units set aside for a while, with the rights they came from.

create table usage_holds (
    workspace_id {text} not null,
    mode {text} not null check (mode in ('test', 'live')),
    subject_ref {text} not null,
    id {text} not null,
    units bigint not null check (units >= 1),
    status {text} not null check (status in ('open', 'committed', 'released', 'expired')),
    expires_at bigint not null,
    consumption_id {text},
    created_at bigint not null,
    closed_at bigint,
    primary key (workspace_id, mode, subject_ref, id),
    foreign key (workspace_id, mode, subject_ref) references subjects (workspace_id, mode, subject_ref)
);

-- Whoever commits knows the hold and not the subject.
create unique index usage_holds_by_id on usage_holds (workspace_id, mode, id);

create index usage_holds_open on usage_holds (workspace_id, mode, subject_ref, expires_at, id) where status = 'open';

create table usage_hold_parts (
    workspace_id {text} not null,
    mode {text} not null,
    subject_ref {text} not null,
    hold_id {text} not null,
    entitlement_id {text} not null,
    units bigint not null check (units >= 1),
    period_start bigint,
    primary key (workspace_id, mode, subject_ref, hold_id, entitlement_id),
    foreign key (workspace_id, mode, subject_ref, hold_id) references usage_holds (workspace_id, mode, subject_ref, id)
);

-- Null where no unit is held, as with nearly every right.
alter table entitlements add column units_held bigint check (units_held >= 1);

-- When the first of the subject's open holds ends: next_due_at is that, or what time does to its rights.
alter table subjects add column hold_due_at bigint;

-- The ledger again: what a row is about beside what it did to the balance and to the units held, the period the units are of, and all kinds of movement.
create table usage_ledger_anew (
    workspace_id {text} not null,
    mode {text} not null,
    subject_ref {text} not null,
    version bigint not null,
    entitlement_id {text} not null,
    kind {text} not null check (kind in ('grant', 'consume', 'hold', 'commit', 'release', 'reverse', 'expire', 'adjust')),
    amount bigint not null check (amount >= 1),
    units bigint not null,
    held bigint not null,
    balance_after bigint not null check (balance_after >= 0),
    period_start bigint,
    cause_id {text} not null,
    actor {text} not null,
    request_id {text} not null,
    at bigint not null,
    primary key (workspace_id, mode, subject_ref, version, entitlement_id, kind)
);

insert into usage_ledger_anew (
    workspace_id, mode, subject_ref, version, entitlement_id, kind, amount, units, held, balance_after, cause_id, actor, request_id, at)
select workspace_id, mode, subject_ref, version, entitlement_id, kind, abs(units), units, 0, balance_after, cause_id, actor, request_id, at from usage_ledger;

drop table usage_ledger;

alter table usage_ledger_anew rename to usage_ledger;

-- A consumption is reversed by its id alone.
create index usage_ledger_by_cause on usage_ledger (workspace_id, mode, cause_id) where kind in ('consume', 'commit', 'reverse');
