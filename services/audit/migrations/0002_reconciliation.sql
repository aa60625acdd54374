-- What each comparison of the two books found: audit's trail, and the service's own journal. Only ever added to.

create table reconciliation (
    source      text not null,
    compared_at timestamptz not null default clock_timestamp(),
    size        bigint not null check (size >= 0),
    agrees      boolean not null,
    differences json not null,                        -- of services.audit.books.Difference
    altered     bigint[] not null,                    -- entries that are not what audit's own tree says
    primary key (source, compared_at)
);

create trigger reconciliation_only_grows before update or delete on reconciliation
    for each row execute function refuse_in_trail();
create trigger reconciliation_is_never_emptied before truncate on reconciliation
    for each statement execute function refuse_in_trail();

do $$
begin
    execute format('grant select, insert on reconciliation to %I', current_database());
end $$;
