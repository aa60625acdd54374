"""How a case ends: legal force if the notice stayed up, struck off when withdrawn, closed when nothing is left."""

from __future__ import annotations

from services.review.domain.case.life import LIFE
from services.review.domain.case.state import Case
from services.review.domain.guidelines import today
from services.review.domain.meeting import Meeting
from shared.catalogue.review import CaseClosed, CaseStruckOff, DecisionFinal
from shared.deadlines import legal_force_on
from shared.life import Circumstances, Decided
from shared.refused import Refused


def make_final(state: Case | None, circumstances: Circumstances) -> Decided:
    """KL 8:12, 13:5 (rule H3): the time to appeal has run out only where the notice stayed up all of it.

    Nothing happens before that, nor while an appeal is open.
    """
    if state is None or (state.status, DecisionFinal) not in LIFE or state.publication is None or state.appeals:
        return []
    meeting = circumstances.also.get(state.publication.meeting)
    if not isinstance(meeting, Meeting):
        return []
    force_on = legal_force_on(state.publication.posted_on, meeting.removed_on)
    if force_on is None or today(circumstances, state.programme) < force_on:
        return []
    return [DecisionFinal(final_on=max(force_on, state.judged_on or force_on))]


def strike_off(state: Case | None) -> Decided:
    """Withdrawn in time; once decided, the decision stands."""
    if state is None or (state.status, CaseStruckOff) not in LIFE:
        return []
    return [CaseStruckOff()]


def close(state: Case) -> Decided:
    if state.decision is not None and state.decision.granted_ore > 0:
        raise Refused(
            "Ett beviljat bidrag avslutas när det är utbetalt och redovisat.",
            "A granted case is closed when it is paid and reported.",
        )
    return [CaseClosed()]
