-- Boxes for lists.

create table box (
    id      uuid primary key,
    version integer not null,
    status  text not null,
    weight  bigint not null
);

do $$
begin
    execute format('grant select, insert, update, delete on box to %I', current_database());
end $$;
