-- When the role that somebody is invited to ends by itself; null where it does not.

alter table invitation add column until timestamptz;
