-- The log as outsiders follow it: its name, its keys, every checkpoint that was signed, and who has cosigned it.

-- One for each source; another where a source's history had to begin anew, and then `first` is its first leaf.
create table log (
    name      text primary key,
    source    text not null,
    number    integer not null check (number > 0),
    origin    text not null unique,
    first     text,
    opened_at timestamptz not null default clock_timestamp(),
    unique (source, number),
    check ((number = 1) = (first is null))
);

-- In the order they came: the one it was opened with, and those that the one before handed on to, each with that note.
create table log_key (
    log      text not null references log (name),
    number   integer not null check (number > 0),
    key      text not null,
    note     text,
    taken_at timestamptz not null default clock_timestamp(),
    primary key (log, number),
    check ((number = 1) = (note is null))
);

create table checkpoint (
    log      text not null references log (name),
    size     bigint not null check (size > 0),
    note     text not null,                          -- as the signer signed it
    taken_at timestamptz not null default clock_timestamp(),
    primary key (log, size)
);

create table cosignature (
    log      text not null,
    size     bigint not null,
    key      text not null,
    line     text not null,
    taken_at timestamptz not null default clock_timestamp(),
    primary key (log, size, key),
    foreign key (log, size) references checkpoint (log, size)
);

do $$
declare
    service text := current_database();
    kept    text;
begin
    foreach kept in array array['log', 'log_key', 'checkpoint', 'cosignature'] loop
        execute format('create trigger %1$s_only_grows before update or delete on %1$I for each row execute function refuse_in_trail()', kept);
        execute format('create trigger %1$s_is_never_emptied before truncate on %1$I for each statement execute function refuse_in_trail()', kept);
        execute format('grant select, insert on %I to %I', kept, service);
    end loop;
end $$;
