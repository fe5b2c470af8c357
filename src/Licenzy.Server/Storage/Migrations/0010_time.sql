-- What time did to a subject is told once: how far it has been told, by the clock of the rules.

alter table subjects add column time_seen_at bigint;

-- From its last change on; and it is looked at once, since notices of what will end are new.
update subjects set time_seen_at = updated_at, next_due_at = case when next_due_at is null then null else updated_at end;

-- What is due under a moved clock is found by workspace; under the real one by subjects_due.
create index subjects_due_in_test on subjects (workspace_id, next_due_at) where mode = 'test' and next_due_at is not null;
