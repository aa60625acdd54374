-- Sessions: only the digest of an id is kept.

create table session (
    digest          bytea primary key,
    account         uuid not null,
    account_version integer not null,
    level           text not null,
    signed_in_at    timestamptz not null default clock_timestamp(),
    seen_at         timestamptz not null default clock_timestamp(),
    expires_at      timestamptz not null
);
create index session_account on session (account);
create index session_expires on session (expires_at);

do $$
begin
    execute format('grant select, insert, update, delete on session to %I', current_database());
end $$;
