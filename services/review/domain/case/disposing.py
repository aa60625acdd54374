"""A case that is disposed of: what remains of it here, and what does not."""

from __future__ import annotations

from collections.abc import Mapping

from services.review.domain.case.life import LIFE
from services.review.domain.case.state import Case
from shared.catalogue.disposals import CaseDisposed, ReviewDisposalBegun, ReviewDisposalExecuted
from shared.disposal import BeginDisposal, disposal_kind
from shared.life import State

BLANK: Mapping[str, object] = {
    "number": "",
    "amount_applied_ore": 0,
    "points_milli": None,
    "opinion": None,
    "outcome": None,
    "granted_ore": None,
    "proposed_outcome": None,
    "proposed_ore": None,
}
"""What a disposal that covers the register leaves of a case there. No list has a row without a number."""


def mark(case: State | None, disposal: BeginDisposal) -> CaseDisposed | None:
    if not isinstance(case, Case) or (case.status, CaseDisposed) not in LIFE:
        return None
    return CaseDisposed(disposal=disposal.subject, number=disposal.number, clear=disposal.clear)


DISPOSAL = disposal_kind(ReviewDisposalBegun, ReviewDisposalExecuted, mark)
