-- How many cases stand where, kept by whatever changes a case's row and in its transaction: whoever opens the pipeline is
-- told without the whole register being counted for them. The service reads it, and only the rows it stands for change it.

create table case_count (
    call    uuid not null,
    status  text not null,
    heard   boolean not null,
    granted boolean not null,
    cases   bigint not null,
    primary key (call, status, heard, granted)
);

-- One writer at a time, in this order: two that changed the same counts in different orders would wait for each other.
create function count_cases() returns trigger language plpgsql security definer set search_path = public as $$
begin
    lock table case_count in share row exclusive mode;
    insert into case_count as kept (call, status, heard, granted, cases)
    select call, status, opinion is not null, coalesce(granted_ore, 0) > 0, count(*) * tg_argv[0]::bigint
    from changed where number <> '' group by 1, 2, 3, 4
    on conflict (call, status, heard, granted) do update set cases = kept.cases + excluded.cases;
    return null;
end $$;
revoke all on function count_cases() from public;

create trigger cases_that_came after insert on reviewed_case
    referencing new table as changed for each statement execute function count_cases('1');
create trigger cases_that_went after delete on reviewed_case
    referencing old table as changed for each statement execute function count_cases('-1');
create trigger cases_as_they_were after update on reviewed_case
    referencing old table as changed for each statement execute function count_cases('-1');
create trigger cases_as_they_are after update on reviewed_case
    referencing new table as changed for each statement execute function count_cases('1');

insert into case_count (call, status, heard, granted, cases)
select call, status, opinion is not null, coalesce(granted_ore, 0) > 0, count(*)
from reviewed_case where number <> '' group by 1, 2, 3, 4;

-- Those that somebody has a conflict of interest in are few, and are taken away from what that person is told (H7).
create index reviewed_case_barring on reviewed_case (id) where jsonb_path_exists(interests, '$.* ? (@ > "")');

do $$
begin
    execute format('grant select on case_count to %I', current_database());
end $$;
