-- Accounts for lists, and the tokens people ask with: only their digest is kept.

create table account (
    id      uuid primary key,
    version integer not null,
    status  text not null,
    demo    boolean not null,
    posts   integer not null
);

create table api_token (
    digest     bytea primary key,
    account    uuid not null,
    demo       boolean not null,
    made_at    timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null
);
create index api_token_expires on api_token (expires_at);

do $$
begin
    execute format('grant select, insert, update, delete on account, api_token to %I', current_database());
end $$;
