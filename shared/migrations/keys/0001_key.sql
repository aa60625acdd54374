-- One random key for whatever can be erased alone, wrapped by a key from outside the database. Deleting the row erases the content.

create table key (
    owner   uuid not null,
    scope   text not null,
    wrapped bytea not null,
    made_at timestamptz not null default clock_timestamp(),
    primary key (owner, scope)
);

do $$
begin
    execute format('grant select, insert, delete on key to %I', regexp_replace(current_database(), '_keys$', ''));
end $$;
