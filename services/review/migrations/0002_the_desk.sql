-- What the staff's desk sorts, filters and counts by: when a case came, what is asked for until when, who has scored, and what is proposed.

alter table reviewed_case
    add column received_at timestamptz,
    add column completion_due_on date,
    add column scored jsonb not null default '[]',
    add column disagreement boolean not null default false,
    add column proposed_outcome text,
    add column proposed_ore bigint;

update reviewed_case set received_at = (journal.event::jsonb -> 'data' ->> 'received_at')::timestamptz
from journal where journal.subject_id = reviewed_case.id and journal.type = 'case.received';

with latest as (
    select distinct on (subject_id) subject_id, (event::jsonb -> 'data' ->> 'due_on')::date as due_on
    from journal where type = 'completion.requested' order by subject_id, position desc
)
update reviewed_case set completion_due_on = latest.due_on
from latest where latest.subject_id = reviewed_case.id and status = 'completion_requested';

with fresh as (
    select journal.subject_id, jsonb_agg(distinct event::jsonb -> 'data' ->> 'assessor') as assessors
    from journal join reviewed_case on reviewed_case.id = journal.subject_id
    where type = 'assessment.submitted'
        and interests ->> (event::jsonb -> 'data' ->> 'assessor') is null
        and position > coalesce(
            (select max(position) from journal as again
             where again.subject_id = journal.subject_id and again.type = 'case.reopened'), 0)
    group by journal.subject_id
)
update reviewed_case set scored = fresh.assessors from fresh where fresh.subject_id = reviewed_case.id;

with latest as (
    select distinct on (subject_id) subject_id, event::jsonb -> 'data' as data
    from journal where type = 'decision.proposed' order by subject_id, position desc
)
update reviewed_case set proposed_outcome = data ->> 'outcome', proposed_ore = (data ->> 'granted_ore')::bigint
from latest where latest.subject_id = reviewed_case.id
    and status in ('proposed', 'decided', 'published', 'final', 'closed');

with latest as (
    select distinct on (subject_id) subject_id, (event::jsonb -> 'data' ->> 'disagreement')::boolean as disagreement
    from journal where type = 'assessment.closed' order by subject_id, position desc
)
update reviewed_case set disagreement = coalesce(latest.disagreement, false)
from latest where latest.subject_id = reviewed_case.id and points_milli is not null;

alter table reviewed_case alter column received_at set not null;
alter table reviewed_case alter column scored drop default;
alter table reviewed_case alter column disagreement drop default;

drop index reviewed_case_call;
drop index reviewed_case_status;
create index reviewed_case_listed on reviewed_case (received_at, id);
create index reviewed_case_of_call on reviewed_case (call, received_at, id);
create index reviewed_case_of_status on reviewed_case (status, received_at, id);
