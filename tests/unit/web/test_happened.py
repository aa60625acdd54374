"""What has happened is told in words: what it is about stands in the sentence, and who did it by name where known."""

from __future__ import annotations

from uuid import uuid4

from services.web.pages.cases.events import done_by, in_words, role_of
from shared.identity import Role
from tests.events import examples
from tests.events.made_up import made_up, text_of


def test_an_answer_about_money_asked_back_says_what_was_answered() -> None:
    told = in_words(text_of(made_up(examples.PUBLISHED["payouts", "recovery.answered"])), "sv", str(uuid4()))
    assert told is not None
    assert told.text.startswith("Föreningen svarade om pengarna: har betalat, 25\N{NO-BREAK SPACE}000")
    assert told.who == "föreningen"


def test_who_did_it_is_told_by_name_and_role_and_by_role_alone_once_the_name_is_erased() -> None:
    text = text_of(made_up(examples.PUBLISHED["review", "case.eligible"]))
    account = done_by(text)
    assert account is not None
    assert account in text
    assert "Karin" not in text, "a fact holds no name"

    def who(names: dict[str, str], me: str = "") -> str:
        told = in_words(text, "sv", me, names)
        assert told is not None
        return told.who

    assert who({account: "Karin Ek"}) == "Karin Ek (handläggare)"
    assert who({}) == "handläggaren"
    assert who({account: "Karin Ek"}, me=account) == "du"


def test_nobody_is_told_to_have_acted_in_a_role_that_is_not_theirs() -> None:
    """Whoever has to do with a case says if they have a conflict: the panel, and also who decides and who pays."""
    text = text_of(made_up(examples.PUBLISHED["review", "interest.declared"]))
    account = done_by(text)
    assert account is not None
    told = [in_words(text, "sv", str(uuid4()), names) for names in ({account: "Birgitta Sand"}, {})]
    assert [one.who for one in told if one] == ["Birgitta Sand", "fonden"]

    on_paper = {"set_down": {"route": "paper"}}
    assert role_of("application.submitted", on_paper) is None, "a coordinator or an officer set it down"
    assert role_of("application.submitted", {**on_paper, "signed_by": "somebody"}) is Role.SIGNATORY, "the control"
    assert role_of("application.submitted", {}) is Role.SIGNATORY
    assert role_of("newer.than_this_code", None) is None
