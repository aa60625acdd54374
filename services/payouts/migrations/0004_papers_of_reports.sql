-- Papers handed in with a report: here only until the report is sent in, which then tells of them itself.

create table attachment (
    id          uuid primary key,
    subject     uuid not null,
    round       integer not null,
    key         text not null,
    media_type  text not null,
    size_bytes  bigint not null,
    digest      text not null,
    detached_at timestamptz
);
create index attachment_of_subject on attachment (subject);
create index attachment_detached on attachment (detached_at) where detached_at is not null;

do $$
declare service text := current_database();
begin
    execute format('grant select, insert, update, delete on attachment to %I', service);
end $$;
