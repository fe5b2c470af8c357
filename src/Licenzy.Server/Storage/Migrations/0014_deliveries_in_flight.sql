-- What is under way is found among all that was ever sent, and a type among all types.

drop index deliveries_leased;

create index deliveries_leased on deliveries (workspace_id, mode, leased_until) where leased_until is not null;

create index deliveries_by_type on deliveries (workspace_id, mode, type, id);

-- Who comes back hears of its own mode, however much happened in others.
create index change_feed_by_mode on change_feed (workspace_id, mode, position);
