-- The day by which a call's decisions are to have come is in the list of calls: what is late is told from it.

alter table call add column decision_planned_by date;

update call set decision_planned_by = (
    select (journal.event::jsonb -> 'data' -> 'rules' ->> 'decision_planned_by')::date from journal
    where journal.subject_id = call.id and journal.type in ('call.drafted', 'call.published')
    order by journal.position desc limit 1
);

alter table call alter column decision_planned_by set not null;
