-- Who looked at what. The service can add and search, never change or take away: reads are forgotten by rule alone.

create table read (
    id        bigint generated always as identity primary key,
    at        timestamptz not null,
    account   uuid not null,
    roles     text[] not null,
    through   text not null,
    what      text not null,
    case_id   uuid,
    subject   uuid,
    person    uuid,
    reference text not null
);
create index read_at on read (at, id);
create index read_of_case on read (case_id, at, id) where case_id is not null;
create index read_by_account on read (account, at, id);
create index read_about_person on read (person, at, id) where person is not null;

-- How old a read becomes stands here and in `services/web/reads/read.py`; a test holds them together.
create function forget_reads() returns bigint language sql security definer set search_path = public as $$
    with gone as (delete from read where at < clock_timestamp() - interval '730 days' returning 1)
    select count(*) from gone
$$;
revoke all on function forget_reads() from public;

alter table followed_case add column protected boolean not null default false;
create index followed_case_protected on followed_case (id) where protected;

do $$
begin
    execute format('grant select, insert on read to %I', current_database());
    execute format('grant execute on function forget_reads() to %I', current_database());
end $$;
