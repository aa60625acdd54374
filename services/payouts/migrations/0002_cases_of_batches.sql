-- A bank file is not listed for whoever has a conflict of interest in any of its cases.

alter table batch add column cases jsonb not null default '[]';
update batch set cases = journal.event::jsonb -> 'data' -> 'cases'
from journal where journal.subject_id = batch.id and journal.type = 'batch.ordered';
alter table batch alter column cases drop default;

create index grants_barred on grants using gin (barred);
