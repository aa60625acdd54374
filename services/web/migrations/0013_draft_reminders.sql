-- Whoever has a draft that nobody sent in is reminded, by e-mail, before it is erased (A3). A draft has no events (H8):
-- so this is no view of the journal, and nobody but the worker that sends reads it.

-- Which calls' drafts have been looked for, so many days before they are erased.
create table draft_round (
    call    uuid not null,
    days    integer not null,
    at      timestamptz not null default clock_timestamp(),
    primary key (call, days)
);

-- Whom to remind of what; gone as soon as it is sent, or there is nothing left to tell. The address is not here.
create table draft_reminder (
    draft       uuid not null,
    days        integer not null,
    recipient   bytea not null check (octet_length(recipient) = 32),    -- a keyed digest of the address
    account     uuid not null,                                          -- who acts for the association
    association uuid not null,
    made_at     timestamptz not null default clock_timestamp(),
    tries       integer not null default 0,
    next_try_at timestamptz not null default clock_timestamp(),
    primary key (draft, days, recipient)
);
create index draft_reminder_next on draft_reminder (next_try_at);

do $$
begin
    execute format('grant select, insert on draft_round to %I', current_database());
    execute format('grant select, insert, update, delete on draft_reminder to %I', current_database());
end $$;
