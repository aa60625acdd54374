"""One thing is called one thing: what a machine can hold the words to."""

from __future__ import annotations

import pytest

from services.applications.domain.application import LABELS as APPLICATION
from services.payouts.domain.grant import LABELS as GRANT
from services.review.domain.case.life import LABELS as CASE
from services.web.domain.letter import KIND_LABELS
from services.web.pages.cases.events import HAPPENED
from services.web.pages.cases.words import NOW, SHORT, STAGES, standing
from services.web.site.complete import translated

LABELS = (APPLICATION, CASE, GRANT)


def swedish() -> list[str]:
    """Every Swedish sentence that is said of a case."""
    of_states = [text.sv for labels in (*LABELS, KIND_LABELS, NOW, SHORT) for text in labels.values()]
    of_events = [text.sv for _, text in HAPPENED.values()]
    of_pages = [str(message.string) for _, message in translated().values()]
    return of_states + of_events + of_pages


def test_an_application_is_recalled_and_never_taken_back() -> None:
    said = swedish()
    assert any("terkalla" in one for one in said), "the words were looked for where they are"
    assert [one for one in said if "återta" in one.casefold() and "nsökan" in one] == []


@pytest.mark.parametrize("status", ["closed", "disposed"])
def test_an_end_is_called_the_same_by_whoever_tells_of_it(status: str) -> None:
    called = {(text.sv, text.en) for labels in (*LABELS, SHORT) for key, text in labels.items() if key == status}
    assert len(called) == 1


def test_the_line_of_a_case_and_its_stage_use_one_word() -> None:
    by_status = {status: title for title, statuses in STAGES for status in statuses}
    assert by_status["final"] == SHORT["final"]
    assert by_status["closed"] == SHORT["closed"]


def test_a_granted_case_whose_money_is_settled_is_closed_wherever_it_is_told_of() -> None:
    assert standing("final", "closed") == "closed"
    assert standing("final", "decided") == "final"
    assert standing("checking", "registered") == "checking"
    assert standing("final", None) == "final", "who does not see the application is told where the decision stands"
