"""What web holds of a case: its letters, a report being written, and the texts that were signed in it."""

from __future__ import annotations

from shared.service import Holding

HOLDING = Holding(
    owners="""
        select owner, scope from unnest($1::uuid[]) as owner, unnest(array['case', 'draft']) as scope
        union
        select signature, 'signature' from signature_of where case_id = any($1)
    """,
    forget=(
        "delete from signing using signature_of where signing.id = signature_of.signature and case_id = any($1)",
        "delete from signature_of where case_id = any($1)",
    ),
)
