-- What payouts shows in lists, folded from its journal. Account numbers and words are in the store, not here.

create table terms (
    id       uuid primary key,
    version  integer not null,
    status   text not null,
    code     text not null,
    practice boolean not null,
    offset_s bigint not null
);

create table period (
    id            uuid primary key,
    version       integer not null,
    status        text not null,
    programme     uuid not null,
    activity_from date not null,
    activity_to   date not null,
    report_due    date not null
);

create table payee (
    id      uuid primary key,
    version integer not null,
    status  text not null,
    scheme  text not null,
    changes integer not null
);

-- An expected grant, which has no number yet, is only who must not see the case.
create table grants (
    id              uuid primary key,
    version         integer not null,
    status          text not null,
    programme       uuid,
    call            uuid,
    association     uuid,
    number          text not null,
    granted_ore     bigint not null,
    accepted        boolean not null,
    appeal_last_day date,
    final           boolean not null,
    barred          jsonb not null
);
create index grants_of_association on grants (association, id);
create index grants_by_status on grants (status, id);

create table payment (
    id          uuid primary key,
    version     integer not null,
    status      text not null,
    case_id     uuid not null,
    association uuid not null,
    no          integer not null,
    amount_ore  bigint not null,
    after       text not null,
    batch       uuid,
    reference   text unique,
    refs        jsonb not null,
    booked_on   date,
    unique (case_id, no)
);
create index payment_of_association on payment (association, case_id, no);
create index payment_by_status on payment (status, case_id, no);
create index payment_by_reference on payment using gin (refs);

create table batch (
    id         uuid primary key,
    version    integer not null,
    status     text not null,
    programme  uuid not null,
    message_id text not null unique,
    execute_on date not null,
    sum_ore    bigint not null,
    count      integer not null
);
create index batch_listed on batch (execute_on, id);
create index batch_to_make on batch (id) where status = 'ordered';

create table recovery (
    id          uuid primary key,
    version     integer not null,
    status      text not null,
    case_id     uuid not null unique,
    association uuid not null,
    amount_ore  bigint not null,
    answer_by   date,
    ocr         text unique,
    due_on      date,
    paid_ore    bigint not null
);
create index recovery_of_association on recovery (association, id);
create index recovery_by_status on recovery (status, id);

do $$
declare service text := current_database();
begin
    execute format(
        'grant select, insert, update, delete on terms, period, payee, grants, payment, batch, recovery to %I', service
    );
end $$;
