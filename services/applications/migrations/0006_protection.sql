-- Whether somebody in the case is protected: then lists leave out what it is called and whose it is.

alter table application add column protected boolean not null default false;
