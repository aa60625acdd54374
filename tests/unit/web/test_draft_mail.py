"""A3: the e-mail that reminds of a draft says until when it is kept, in easy words, and nothing of what is in it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.message import EmailMessage
from uuid import UUID

import msgspec
import pytest

from services.web.domain.account import Account, Status
from services.web.letters.draft_mail import Ending, as_mail
from services.web.letters.draft_reminders import acting
from services.web.site.about import About
from shared.identity import Actor, Post, Role
from shared.words import Language, Text
from tests.lix import lix

EASY = 35
AT = datetime(2027, 6, 1, 8, 30, tzinfo=UTC)
DRAFT = UUID(int=7)
ENDING = Ending(
    draft=DRAFT,
    association="Kör för alla",
    call=Text("Vårens utlysning", "The spring call"),
    kept_until=date(2027, 7, 1),
)
HERE = About(public_url="https://fond.example", help_phone="023-123 45")


def mailed(about: About = HERE, language: Language = "sv") -> EmailMessage:
    return as_mail(ENDING, "vi@exempel.se", "fonden@region.example", "0" * 32, AT, about, language)


def words_of(mail: EmailMessage) -> str:
    said: str = mail.get_content()
    return said


@pytest.mark.parametrize(
    ("language", "told"),
    [("sv", "finns kvar till och med torsdag 1 juli 2027"), ("en", "kept until Thursday 1 July 2027")],
)
def test_a3_the_reminder_says_until_when_and_where_to_read_it(language: Language, told: str) -> None:
    mail = mailed(language=language)

    assert told in words_of(mail)
    assert f"https://fond.example/drafts/{DRAFT}/check" in words_of(mail)
    assert "023-123 45" in words_of(mail)
    assert "2027" in mail["Subject"]
    assert mail["Content-Language"] == language
    assert mail.as_bytes() == mailed(language=language).as_bytes(), "tried again it is the same"


def test_s9_what_an_association_is_called_is_no_link_in_the_reminder() -> None:
    """Else anybody has the fund send their own address to whatever address they gave as the association's."""
    called = msgspec.structs.replace(ENDING, association="Vinst http://elsewhere.example/x a@elsewhere.example")
    said = words_of(as_mail(called, "vi@exempel.se", "fonden@region.example", "0" * 32, AT, HERE, "sv"))

    assert re.findall(r"\S+://\S+|\S+@\S+", said) == [f"https://fond.example/drafts/{DRAFT}/check"]


def test_a3_where_the_pages_have_no_address_it_says_where_to_go() -> None:
    said = words_of(mailed(About()))

    assert "Logga in, och öppna Mina ansökningar." in said
    assert "None" not in said
    assert "/drafts/" not in said


def test_a3_a9_the_reminder_is_easy_to_read() -> None:
    said = "\n".join(line for line in words_of(mailed()).splitlines() if "://" not in line)

    assert lix(said) <= EASY


def test_a3_h8_a_draft_is_asked_for_with_the_posts_of_its_association_alone() -> None:
    ours, theirs = UUID(int=11), UUID(int=12)
    own = (Post(Role.APPLICANT, ours), Post(Role.SIGNATORY, ours))
    others = (Post(Role.APPLICANT), Post(Role.OFFICER), Post(Role.AUDITOR), Post(Role.HELPER, theirs, DRAFT))
    somebody = Account(id=UUID(int=1), version=1, status=Status.ACTIVE, posts=(*own, *others))

    assert acting(somebody).actor == Actor(somebody.id, own)
