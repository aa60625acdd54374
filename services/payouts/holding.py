"""What payouts holds of a case: reports and their papers, words about recovery, and bank files with the last of their
cases."""

from __future__ import annotations

from shared.service import Holding

HOLDING = Holding(
    owners="""
        select owner, 'case' as scope from unnest($1::uuid[]) as owner
        union
        select id, 'attachment' from attachment where subject = any($1)
        union
        select (file ->> 'id')::uuid, 'attachment'
        from journal, json_array_elements(journal.event -> 'data' -> 'attachments') as file
        where subject_id = any($1) and type = 'report.submitted'
        union
        select batch.id, 'batch' from batch
        where batch.cases ?| ($1::uuid[])::text[] and not exists (
            select from jsonb_array_elements_text(batch.cases) as other (id)
            where other.id <> all(($1::uuid[])::text[])
                and not exists (select from disposal where disposal.cases ? other.id)
        )
    """,
    forget=("delete from attachment where subject = any($1)",),
    tables=("grants",),
)
