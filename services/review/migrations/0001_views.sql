-- What lists and due dates are read from. Each row is the folded state of one subject; all of it can be rebuilt.

create table programme (
    id       uuid primary key,
    version  integer not null,
    status   text not null,
    offset_s bigint not null
);

create table call (
    id          uuid primary key,
    version     integer not null,
    status      text not null,
    programme   uuid not null,
    ceiling_ore bigint not null
);

-- `interests`: person → kind of conflict of interest, or null for none.
create table reviewed_case (
    id                 uuid primary key,
    version            integer not null,
    status             text not null,
    programme          uuid not null,
    call               uuid not null,
    association        uuid not null,
    number             text not null,
    amount_applied_ore bigint not null,
    officer            uuid,
    interests          jsonb not null,
    points_milli       integer,
    opinion            text,
    outcome            text,
    granted_ore        bigint,
    delegated          boolean not null,
    meeting            uuid,
    appeal_last_day    date,
    appeals            integer not null
);
create index reviewed_case_call on reviewed_case (call, id);
create index reviewed_case_status on reviewed_case (status, id);
create index reviewed_case_association on reviewed_case (association, id);
create index reviewed_case_appeal on reviewed_case (appeal_last_day) where status = 'published';

create table meeting (
    id              uuid primary key,
    version         integer not null,
    status          text not null,
    programme       uuid not null,
    held_on         date not null,
    posted_on       date,
    appeal_last_day date,
    removed_on      date
);
create index meeting_held_on on meeting (held_on, id);

create table appeal (
    id          uuid primary key,
    version     integer not null,
    status      text not null,
    case_id     uuid not null,
    received_on date not null
);
create index appeal_case on appeal (case_id);

do $$
begin
    execute format(
        'grant select, insert, update, delete on programme, call, reviewed_case, meeting, appeal to %I',
        current_database()
    );
end $$;
