-- A key that was deleted leaves no dead row behind: the service's role may vacuum it away.

do $$
begin
    execute format('grant maintain on key to %I', regexp_replace(current_database(), '_keys$', ''));
end $$;
