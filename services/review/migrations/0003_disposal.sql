-- A disposal that covers the register leaves no dead row of it behind.

do $$
begin
    execute format('grant maintain on reviewed_case to %I', current_database());
end $$;
