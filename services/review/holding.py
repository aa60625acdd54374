"""What review holds of a case: letters, reasons, proposals, statements, decisions, appeals, all under one key."""

from __future__ import annotations

from shared.service import Holding

HOLDING = Holding(
    owners="select owner, 'case' as scope from unnest($1::uuid[]) as owner",
    tables=("reviewed_case",),
)
