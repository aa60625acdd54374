-- What people write about the site's accessibility: the words are in the store under a key of their own, which goes when it is dealt with.

create table feedback (
    id uuid primary key,
    at timestamptz not null default clock_timestamp()
);
create index feedback_waiting on feedback (at, id);

do $$
begin
    execute format('grant select, insert, update, delete on feedback to %I', current_database());
end $$;
