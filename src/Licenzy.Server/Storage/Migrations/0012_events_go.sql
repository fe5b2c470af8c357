-- Events go some time after they came.

create index stripe_events_by_arrival on stripe_events (received_at);

create index billing_events_by_arrival on billing_events (received_at);
