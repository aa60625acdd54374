-- Which case a text was signed in: the text names the association, and goes with the case.

create table signature_of (
    signature uuid primary key,
    case_id   uuid not null
);
create index signature_of_case on signature_of (case_id);

do $$
begin
    execute format('grant select, insert, update, delete on signature_of to %I', current_database());
end $$;
