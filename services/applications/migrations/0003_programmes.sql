-- Programmes are listed by what they are called.

alter table programme
    add column title_sv text,
    add column title_en text;

update programme set
    title_sv = journal.event::jsonb -> 'data' -> 'rules' -> 'title' ->> 'sv',
    title_en = journal.event::jsonb -> 'data' -> 'rules' -> 'title' ->> 'en'
from journal where journal.subject_id = programme.id and journal.type = 'programme.published';

alter table programme
    alter column title_sv set not null,
    alter column title_en set not null;
