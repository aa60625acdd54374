"""What applications holds of a case: the application and its completions, its files, and what is left of its draft."""

from __future__ import annotations

from shared.service import Holding

HOLDING = Holding(
    owners="""
        select owner, scope from unnest($1::uuid[]) as owner, unnest(array['case', 'draft']) as scope
        union
        select id, 'attachment' from attachment where subject = any($1)
        union
        select (file ->> 'id')::uuid, 'attachment'
        from journal, json_array_elements(journal.event -> 'data' -> 'attachments') as file
        where subject_id = any($1) and type in ('application.submitted', 'completion.received')
    """,
    forget=(
        "delete from draft where id = any($1)",
        "delete from attachment where subject = any($1)",
    ),
    tables=("application",),
)
