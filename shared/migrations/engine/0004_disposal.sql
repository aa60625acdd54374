-- Disposals this service has heard of or decided. What they erase of the clear columns leaves no copy behind: not in dead rows, which the
-- service's role may vacuum away, and not among the planner's statistics, which would hold the words themselves.

create table disposal (
    id      uuid primary key,
    version integer not null,
    status  text not null,
    number  text not null,
    clear   boolean not null,
    cases   jsonb not null
);
create index disposal_waiting on disposal (id) where status in ('decided', 'begun');
create index disposal_of_case on disposal using gin (cases);

-- How much was erased so far: carrying one out may be cut off, and goes on where it was.
create table erased (
    disposal    uuid primary key,
    keys        integer not null,
    items       integer not null,
    clear_words integer not null
);

alter table clear alter column text set statistics 0;
select pg_clear_attribute_stats('public', 'clear', 'text', false);

do $$
begin
    execute format('grant select, insert, update, delete on disposal, erased to %I', current_database());
    execute format('grant maintain on clear to %I', current_database());
end $$;
