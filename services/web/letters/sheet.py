"""What is sealed of a letter: its words in the language it was sent in, and all that stands around them.

With it, and nothing else, the same e-mail and the same paper are made again, whatever has become of the case, of the
rules, or of our texts since.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec
from babel.dates import format_date

from services.web.letters.document import Document
from services.web.letters.facts import Facts
from services.web.letters.telling import LOCALES, Names, tell
from shared.words import Language

SCOPE = "case"
FIRST_LAYOUT = 1


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """`layout` numbers how it is set on paper: a later one never changes what was sent."""

    kind: str
    number: str
    language: Language
    practice: bool
    written_on: date
    written_at: datetime
    authority: str
    programme: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    name: str
    email: str | None
    document: Document
    layout: int = FIRST_LAYOUT

    @property
    def date_in_words(self) -> str:
        return str(format_date(self.written_on, "d MMMM y", locale=LOCALES[self.language]))


def item(letter: UUID) -> str:
    """The name of a letter's content among what is sealed of its case."""
    return f"letter-{letter}"


def sheet_of(facts: Facts, names: Names, language: Language, written_at: datetime, site: str | None = None) -> Sheet:
    """`site` is the address where one signs in."""
    to, support = facts.recipient, facts.call.support
    sender = (support.contact.into(language), support.phone, support.email)
    return Sheet(
        kind=facts.kind,
        number=facts.case["number"],
        language=language,
        practice=facts.practice,
        written_on=facts.today,
        written_at=written_at,
        authority=facts.programme.authority.name,
        programme=facts.programme.title.into(language),
        sender=tuple(line for line in sender if line),
        recipient=tuple(line for line in (to.name, to.contact, *to.address) if line),
        name=to.name,
        email=to.email,
        document=tell(facts, names, language, site),
    )
