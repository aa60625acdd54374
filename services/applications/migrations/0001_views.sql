-- What applications shows in lists, folded from its journal; and drafts, which are no view and belong to nobody but the applicant.

create table programme (
    id          uuid primary key,
    version     integer not null,
    status      text not null,
    practice    boolean not null,
    offset_s    bigint not null,
    drafts_days integer not null
);

create table call (
    id         uuid primary key,
    version    integer not null,
    status     text not null,
    programme  uuid not null,
    title_sv   text not null,
    title_en   text not null,
    opens_at   timestamptz not null,
    closes_at  timestamptz not null,
    budget_ore bigint not null
);
create index call_due on call (status) where status in ('published', 'open');
create index call_listed on call (opens_at, id);

create table association (
    id                  uuid primary key,
    version             integer not null,
    status              text not null,
    organisation_number text not null unique
);

create table application (
    id                 uuid primary key,
    version            integer not null,
    status             text not null,
    programme          uuid not null,
    call               uuid not null,
    association        uuid not null,
    number             text not null,
    amount_applied_ore bigint not null,
    received_at        timestamptz not null,
    completion_round   integer not null,
    completion_due_on  date,
    outcome            text,
    granted_ore        bigint,
    barred             text not null
);
create index application_listed on application (received_at, id);
create index application_of_call on application (call, received_at, id);
create index application_of_association on application (association, received_at, id);
create index application_due on application (completion_due_on) where completion_due_on is not null;

-- The applicant's own (H8): the words are in the store under the draft's own key. `revision` counts every change, also of files;
-- `set_apart` says that something was written while the application was on its way in, and that it is kept.
create table draft (
    id          uuid primary key,
    version     integer not null default 1,
    revision    integer not null default 1,
    association uuid not null,
    programme   uuid not null,
    call        uuid not null,
    saved_at    timestamptz not null default clock_timestamp(),
    set_apart   boolean not null default false
);
create index draft_of_association on draft (association, id);

-- Files that are not sent in yet: to a draft (round 0) or to a completion. Each is under its own key; it never changes.
create table attachment (
    id          uuid primary key,
    subject     uuid not null,
    round       integer not null,
    key         text not null,
    media_type  text not null,
    size_bytes  bigint not null,
    digest      text not null,
    detached_at timestamptz
);
create index attachment_of_subject on attachment (subject);
create index attachment_detached on attachment (detached_at) where detached_at is not null;

do $$
declare service text := current_database();
begin
    execute format(
        'grant select, insert, update, delete on programme, call, association, application, draft, attachment to %I', service
    );
end $$;
