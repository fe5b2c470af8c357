-- Until when an invoice pays: which of a subscription's invoices is its latest, however late one was paid or how many changes were billed since.
-- Zero for one that renews nothing; null for those of before, which are taken by when they were paid.
alter table stripe_invoices add column period_end bigint;
