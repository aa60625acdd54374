-- What every service has: its journal, the head of it, the bookmarks in others', and the tables around them.

create table journal (
    position    bigint primary key,
    subject_id  uuid not null,
    version     integer not null check (version > 0),
    type        text not null,
    event       json not null check (octet_length(event::text) <= 262144),
    recorded_at timestamptz not null default clock_timestamp(),
    unique (subject_id, version)
);

-- One row. Append advances it, so that a roll-back returns its numbers and the order of numbers is the order of commits.
create table head (
    single   boolean primary key default true check (single),
    position bigint not null check (position >= 0)
);
insert into head (position) values (0);

create table bookmark (
    source   text primary key,
    position bigint not null check (position >= 0)
);

-- A retry after an unknown outcome gets the first answer again.
create table request (
    actor  uuid not null,
    key    uuid not null,
    route  text not null,
    body   bytea not null,
    answer text not null,
    at     timestamptz not null default clock_timestamp(),
    primary key (actor, key)
);
create index request_at on request (at);

-- Events a reaction could not take, and everything later about the same subjects, in order of arrival.
create table parked (
    arrival   bigint generated always as identity primary key,
    source    text not null,
    position  bigint not null,
    subjects  uuid[] not null,
    event     text not null,
    error     text,
    parked_at timestamptz not null default clock_timestamp(),
    unique (source, position)
);
create index parked_subjects on parked using gin (subjects);

-- Numbers that many subjects share and none may overrun. A view: it folds from the journal.
create table tally (
    key     text primary key,
    value   bigint not null check (value >= 0),
    ceiling bigint,
    check (ceiling is null or value <= ceiling)
);

-- The erasable store: content under keys that live in another database. No view: a rebuild leaves it alone.
create table store (
    owner   uuid not null,
    scope   text not null,
    item    text not null,
    nonce   bytea not null,
    content bytea not null,
    digest  text not null,
    at      timestamptz not null default clock_timestamp(),
    primary key (owner, scope, item)
);

-- What is kept in the clear for lists and search, and erased with the rest.
create table clear (
    owner uuid not null,
    field text not null,
    text  text not null,
    primary key (owner, field)
);

create function refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the journal is only ever added to' using errcode = 'insufficient_privilege';
end $$;

create trigger journal_only_grows before update or delete on journal for each row execute function refuse();
create trigger journal_is_never_emptied before truncate on journal for each statement execute function refuse();

do $$
declare service text := current_database();
begin
    execute format('grant select, insert on journal to %I', service);
    execute format('grant select, update on head to %I', service);
    execute format('grant select, insert, update on bookmark to %I', service);
    execute format('grant select, insert, update, delete on request, parked, tally, store, clear to %I', service);
end $$;
