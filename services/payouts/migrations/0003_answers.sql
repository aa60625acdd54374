-- How often an association has answered about money that is asked back: the list says so.

alter table recovery add column answers integer not null default 0;
