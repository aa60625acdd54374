"""What has happened is told in words: every fact there is has its sentence, and what it is about stands in it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from services.web.pages.audit.in_words import OF_NO_CASE
from services.web.pages.cases.events import HAPPENED, in_words
from tests.events import examples
from tests.events.made_up import made_up, text_of


@pytest.mark.parametrize("kind", sorted({kind.type for kind in examples.PUBLISHED.values()}))
def test_every_fact_has_a_sentence(kind: str) -> None:
    assert kind in HAPPENED or kind in OF_NO_CASE


def test_an_answer_about_money_asked_back_says_what_was_answered() -> None:
    told = in_words(text_of(made_up(examples.PUBLISHED["payouts", "recovery.answered"])), "sv", str(uuid4()))
    assert told is not None
    assert told.text.startswith("Föreningen svarade om pengarna: har betalat, 25\N{NO-BREAK SPACE}000")
    assert told.who == "föreningen"
