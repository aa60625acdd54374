-- The day from which nobody can appeal against the decision any more: grants are shown to all from then on.

alter table application add column final_on date;
create index application_granted on application (received_at, number)
    where granted_ore > 0 and (final_on is not null or status = 'closed');
