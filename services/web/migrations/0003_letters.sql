-- Letters for lists and for whoever writes and sends them, and what reminders are reckoned from.

create table letter (
    id          uuid primary key,
    version     integer not null,
    status      text not null,
    kind        text not null,
    case_id     uuid not null,
    association uuid,
    programme   uuid,
    channel     text,
    due_at      timestamptz not null,
    written_on  date,
    tries       integer not null,
    next_try_at timestamptz
);
create index letter_of_case on letter (case_id, due_at, id);
create index letter_latest on letter (due_at desc, id desc);
create index letter_by_status on letter (status, due_at desc, id desc);
create index letter_under_way on letter (due_at, id) where status in ('due', 'written', 'delayed');

-- Who is at it now: taken for a minute, so that two processes do not send the same letter at once.
create table letter_taken (
    letter uuid primary key,
    until  timestamptz not null
);

create table followed_programme (
    id       uuid primary key,
    version  integer not null,
    status   text not null,
    practice boolean not null,
    offset_s bigint not null,
    steps    text not null
);

create table followed_call (
    id         uuid primary key,
    version    integer not null,
    status     text not null,
    programme  uuid not null,
    report_due date not null
);

create table followed_case (
    id                uuid primary key,
    version           integer not null,
    status            text not null,
    programme         uuid,
    call              uuid,
    association       uuid,
    completion_due_on date,
    completion_step   integer not null,
    report_awaited    boolean not null,
    report_step       integer not null
);
create index followed_case_completion on followed_case (completion_due_on) where completion_due_on is not null;
create index followed_case_report on followed_case (call, report_step) where report_awaited;

do $$
begin
    execute format(
        'grant select, insert, update, delete on letter, letter_taken, followed_programme, followed_call, followed_case to %I',
        current_database()
    );
end $$;
