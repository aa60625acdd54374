"""Letters after a run: every fact that one is due of has led to exactly one, and none was written twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from services.web.domain.letter import letter_id
from services.web.letters.when import WHEN
from shared.envelope import Envelope, event_of
from tests.torture.books import Book

TABLE = {(event.source, event.type): when for event, when in WHEN.items()}
DUE, WRITTEN = "letter.due", "letter.written"
SHOWN_MAX = 5


def check_letters(books: Mapping[str, Book]) -> list[str]:
    """A sentence for each thing that is not as it must be."""
    due = _subjects(books["web"], DUE)
    written = _subjects(books["web"], WRITTEN)
    facts = [one.id for book in books.values() for one in book.envelopes if _leads_to_one(one)]
    broken = []
    if without := [fact for fact in facts if due[letter_id(fact)] == 0]:
        broken.append(f"no letter came of {without[:SHOWN_MAX]}")
    if twice := [str(letter) for times in (due, written) for letter, count in times.items() if count > 1]:
        broken.append(f"due or written twice: {twice[:SHOWN_MAX]}")
    if strange := [str(letter) for letter in written if letter not in due]:
        broken.append(f"written and never due: {strange[:SHOWN_MAX]}")
    return broken


def _leads_to_one(envelope: Envelope) -> bool:
    when = TABLE.get((envelope.source, envelope.type))
    return when is not None and when.only(event_of(envelope))


def _subjects(web: Book, kind: str) -> Counter[UUID]:
    return Counter(envelope.subject for envelope in web.envelopes if envelope.type == kind)
