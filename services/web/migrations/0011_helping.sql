-- Who helps with which draft, and who has been asked to: for the association's list, and for what ends by itself.

create table help (
    id          uuid primary key,
    version     integer not null,
    status      text not null,
    draft       uuid not null,
    association uuid not null,
    invited_by  uuid not null,
    account     uuid,
    expires_at  timestamptz not null,
    until       timestamptz not null
);
create index help_with_draft on help (draft, id);
create index help_of_association on help (association, id);
create index help_going_on on help (until) where status <> 'ended';

do $$
begin
    execute format('grant select, insert, update, delete on help to %I', current_database());
end $$;
