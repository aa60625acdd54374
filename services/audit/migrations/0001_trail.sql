-- The trail: every source's facts byte for byte, what they concern, and one tree per source. It is only ever added to.

create table entry (
    source      text not null,
    position    bigint not null check (position > 0),
    text        bytea not null,                       -- as it was published; never written anew
    leaf        bytea not null check (octet_length(leaf) = 32),
    subject     uuid,                                 -- these three are null where nobody can read them
    type        text,
    told_at     timestamptz,
    recorded_at timestamptz not null default clock_timestamp(),
    primary key (source, position)
);

-- Under each case an entry concerns, and under its subject.
create table concern (
    subject  uuid not null,
    told_at  timestamptz not null,
    source   text not null,
    position bigint not null,
    primary key (subject, told_at, source, position)
);

-- Complete subtrees at levels 8, 16, 24 …; level 0 is entry.leaf.
create table node (
    source text not null,
    level  smallint not null check (level > 0 and level % 8 = 0),
    index  bigint not null check (index >= 0),
    hash   bytea not null check (octet_length(hash) = 32),
    primary key (source, level, index)
);

-- One row per source: the edge the tree grows from. The only rows that ever change.
create table tree (
    source   text primary key,
    size     bigint not null check (size >= 0),
    frontier bytea not null,
    root     bytea not null check (octet_length(root) = 32)
);

create function refuse_in_trail() returns trigger language plpgsql as $$
begin
    raise exception 'the trail is only ever added to' using errcode = 'insufficient_privilege';
end $$;

create function refuse_shrinking() returns trigger language plpgsql as $$
begin
    if new.size <= old.size or new.source <> old.source then
        raise exception 'a tree only grows' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create trigger entry_only_grows before update or delete on entry for each row execute function refuse_in_trail();
create trigger entry_is_never_emptied before truncate on entry for each statement execute function refuse_in_trail();
create trigger concern_only_grows before update or delete on concern for each row execute function refuse_in_trail();
create trigger concern_is_never_emptied before truncate on concern for each statement execute function refuse_in_trail();
create trigger node_only_grows before update or delete on node for each row execute function refuse_in_trail();
create trigger node_is_never_emptied before truncate on node for each statement execute function refuse_in_trail();
create trigger tree_only_grows before update on tree for each row execute function refuse_shrinking();
create trigger tree_is_never_felled before delete on tree for each row execute function refuse_in_trail();
create trigger tree_is_never_emptied before truncate on tree for each statement execute function refuse_in_trail();

do $$
declare service text := current_database();
begin
    execute format('grant select, insert on entry, concern, node, tree to %I', service);
    execute format('grant update (size, frontier, root) on tree to %I', service);
end $$;
