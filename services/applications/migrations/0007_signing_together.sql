-- Applications that two sign together: who has signed which revision of a draft, and waits for the second.

create table signing (
    id        uuid primary key,
    version   integer not null,
    status    text not null,
    draft     uuid not null,
    revision  integer not null,
    signed_by uuid not null,
    signed_at timestamptz not null
);
create index signing_of_draft on signing (draft) where status = 'waiting';

-- Drafts under whose digest somebody has signed: a key of the case was made before there was a case. No view. `gone_at` is when
-- the draft was found to be gone without having been sent in.
create table signed_draft (
    draft   uuid primary key,
    gone_at timestamptz
);

do $$
begin
    execute format('grant select, insert, update, delete on signing, signed_draft to %I', current_database());
end $$;
