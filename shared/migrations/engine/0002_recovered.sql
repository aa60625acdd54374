-- Facts taken back from audit after the database was restored to an earlier point: their content is missing.

create table recovered (
    position     bigint primary key,
    recovered_at timestamptz not null default clock_timestamp()
);

do $$
begin
    execute format('grant select, insert on recovered to %I', current_database());
end $$;
