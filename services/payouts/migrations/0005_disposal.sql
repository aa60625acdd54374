-- A disposal that covers the register leaves no dead row of it behind. Bank files are found by their cases.

create index batch_of_case on batch using gin (cases);

do $$
begin
    execute format('grant maintain on grants to %I', current_database());
end $$;
