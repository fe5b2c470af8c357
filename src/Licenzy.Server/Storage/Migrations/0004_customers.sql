-- Customers as an operator looks for them: newest first, with their attempts to buy, and by what Stripe calls them or their payment.

create index subjects_by_age on subjects (workspace_id, mode, created_at, subject_ref);

create index checkout_attempts_by_subject on checkout_attempts (workspace_id, mode, subject_ref, id);

create index stripe_customers_by_customer on stripe_customers (workspace_id, mode, stripe_customer_id);

-- Who changed a right, and the words an operator gave for it; unknown of earlier changes.
alter table entitlement_revisions add column actor {text};

alter table entitlement_revisions add column note {text};

-- A subject is known from its first attempt to buy: who started to pay and has no access is the one that support is asked about.
insert into subjects (workspace_id, mode, subject_ref, version, created_at, updated_at)
select workspace_id, mode, subject_ref, 0, min(created_at), min(created_at) from checkout_attempts
where 1 = 1
group by workspace_id, mode, subject_ref
on conflict (workspace_id, mode, subject_ref) do nothing;
