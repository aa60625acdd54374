-- The day from which the records schedule counts, and disposals as they are proposed and decided here.

alter table application add column ended_on date;
update application set ended_on = final_on where final_on is not null;
create index application_ended on application (programme, ended_on, id) where status = 'closed';

alter table disposal
    add column programme uuid not null,
    add column backups_until date;

do $$
begin
    execute format('grant maintain on application to %I', current_database());
end $$;
