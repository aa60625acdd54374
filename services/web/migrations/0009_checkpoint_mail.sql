-- Checkpoints mailed to those who keep them elsewhere: what was to be mailed and why, and who has been sent it.

create table checkpoint_mail (
    occasion text primary key,                       -- a day, or the keys and logs that were new
    checkpoints text not null,                       -- exactly what is sent, however often it is tried
    made_at  timestamptz not null default clock_timestamp()
);

-- To whom is in the settings alone; here is a digest of the address.
create table checkpoint_mail_to (
    occasion    text not null references checkpoint_mail (occasion),
    recipient   bytea not null check (octet_length(recipient) = 32),
    tries       integer not null default 0,
    next_try_at timestamptz not null default clock_timestamp(),
    outcome     text,                                -- null while it is to be tried
    primary key (occasion, recipient)
);
create index checkpoint_mail_waiting on checkpoint_mail_to (next_try_at) where outcome is null;

do $$
begin
    execute format('grant select, insert, update on checkpoint_mail, checkpoint_mail_to to %I', current_database());
end $$;
