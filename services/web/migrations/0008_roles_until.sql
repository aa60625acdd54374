-- When the first of an account's roles ends by itself; null where none does.

alter table account add column ends_at timestamptz;
create index account_ends on account (ends_at) where ends_at is not null;
