-- When a key was replaced by another: its end is the overlap's then, and nothing that a further key should inherit.

alter table api_keys add column rotated_at bigint;
