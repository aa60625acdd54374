"""One read: who looked at what, and through what they looked. Pure: told from the path asked for and the answer."""

from __future__ import annotations

import re
from enum import StrEnum
from uuid import UUID

import msgspec

from shared.identity import Actor

KEPT_DAYS = 730
"""How long reads are kept: two rounds of a yearly audit. The database's own `forget_reads()` deletes at this age, and
nothing younger (`web`'s migration 0007)."""

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
OF_NOBODY = frozenset({"programmes", "calls", "log"})
"""What says nothing about anybody: rules, dates and hashes."""

BY_CASE = frozenset({"cases", "grants", "drafts"})
"""Paths whose first id is the case's own."""


READING = frozenset({"GET", "HEAD"})
WITH_A_BODY = re.compile(r"/people/|/cases/[^/]+/letters/preview\Z")
"""Questions whose words are sent as a body: they are too private for an address, or it is a letter as it would be, with
name and address of whom it goes to."""


class Through(StrEnum):
    PAGE = "page"
    API = "api"
    LETTERS = "letters"  # the scribe, who writes the fund's letters
    SEARCH = "search"  # somebody searched the reads themselves
    EXPORT = "export"  # everything about one person was put together
    LOST = "lost"  # no read: so many could not be written


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """`what` is the path asked for, without its ids; `subject` what else it named (a payment, a file); `person` whom a
    search or an export was about."""

    account: UUID
    roles: tuple[str, ...]
    through: Through
    what: str
    case: UUID | None = None
    subject: UUID | None = None
    person: UUID | None = None
    reference: str = ""


class Named(msgspec.Struct, frozen=True):
    """What an answer was about."""

    case: UUID | None
    subject: UUID | None


def named(path: str, about: str | None) -> tuple[Named, ...]:
    """What a service was asked for, by the path inside it and what it told; nothing where that is about nobody.

    A bank file is about several cases at once: each of them is read by whoever opens it.
    """
    first = path.lstrip("/").partition("/")[0]
    ids = ID.findall(path)
    if not ids or first in OF_NOBODY:
        return ()
    told = [UUID(one) for one in (about or "").split(",") if ID.fullmatch(one)]
    cases: list[UUID | None] = [*told] or [UUID(ids[0]) if first in BY_CASE else None]
    subject = UUID(ids[-1])
    return tuple(Named(case, None if subject == case else subject) for case in dict.fromkeys(cases))


def asks(method: str, path: str) -> bool:
    """Whether a call shows something and changes nothing. `path` inside the service."""
    return method in READING or WITH_A_BODY.match(path) is not None


def without_ids(path: str) -> str:
    return ID.sub("{id}", path)


def read_by(actor: Actor, through: Through, path: str, found: Named, reference: str) -> Read:
    """`path` is what the person asked for: the page, or the call at the door."""
    return Read(
        account=actor.id,
        roles=tuple(sorted({post.role.value for post in actor.posts})),
        through=through,
        what=without_ids(path),
        case=found.case,
        subject=found.subject,
        reference=reference,
    )
