-- Time stamps of checkpoints by an authority of somebody else's (RFC 3161): each was verified before it came here.

create table stamp (
    log        text not null,
    size       bigint not null,
    token      bytea not null,                       -- the authority's whole answer, as it came
    authority  text not null,                        -- the name in the certificate it signed with
    stamped_at timestamptz not null,                 -- by the authority's clock
    taken_at   timestamptz not null default clock_timestamp(),
    primary key (log, size),
    foreign key (log, size) references checkpoint (log, size)
);

create trigger stamp_only_grows before update or delete on stamp for each row execute function refuse_in_trail();
create trigger stamp_is_never_emptied before truncate on stamp for each statement execute function refuse_in_trail();

do $$
begin
    execute format('grant select, insert on stamp to %I', current_database());
end $$;
