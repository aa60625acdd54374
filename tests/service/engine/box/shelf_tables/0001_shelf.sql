-- Stock for lists, and a plain list of what was heard: each line is one effect.

create table stock (
    id      uuid primary key,
    version integer not null,
    status  text not null,
    weight  bigint not null
);

create table heard (
    line     bigint generated always as identity primary key,
    position bigint not null,
    event    text not null
);

do $$
begin
    execute format('grant select, insert, update, delete on stock, heard to %I', current_database());
end $$;
