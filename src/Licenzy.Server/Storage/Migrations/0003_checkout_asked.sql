-- When Stripe was last asked about an attempt whose news is late.

alter table checkout_attempts add column asked_at bigint;
