"""What people write in a case: letters, reasons, words. It lives in the store under the case's key, never in an event.

Every item that an event stands for has a name of its own, never used again.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import msgspec

from services.review.domain.case.state import Case
from shared.http.visit import Visit, as_bytes
from shared.keyring import KeyGone
from shared.store import Sealed

SCOPE = "case"


class Words(msgspec.Struct, frozen=True):
    """A letter, a proposal, a statement, a decision, an appeal: in a person's own words."""

    words: str


class Reasons(msgspec.Struct, frozen=True):
    """Why one assessor gave the points they gave, criterion → words."""

    reasons: dict[str, str]


def letter(round_: int) -> str:
    return f"completion-{round_}"


def reasons(person: UUID, submission: int) -> str:
    return f"scores-{person}-{submission}"


def proposal(number: int) -> str:
    return f"proposal-{number}"


def statement(number: int) -> str:
    return f"statement-{number}"


def decision(number: int) -> str:
    return f"decision-{number}"


def appeal(subject: UUID) -> str:
    return f"appeal-{subject}"


async def seal(visit: Visit, case: UUID, item: str, content: Words | Reasons) -> tuple[Sealed, ...]:
    return await visit.sealed(case, SCOPE, {item: as_bytes(content)})


class Written:
    """All that was written in one case, read once. Erased content is simply not there."""

    def __init__(self, items: Mapping[str, bytes]) -> None:
        self._items = items

    def words(self, item: str) -> str | None:
        return None if (raw := self._items.get(item)) is None else msgspec.json.decode(raw, type=Words).words

    def reasons(self, item: str) -> dict[str, str]:
        return {} if (raw := self._items.get(item)) is None else msgspec.json.decode(raw, type=Reasons).reasons


async def written(visit: Visit, state: Case) -> Written:
    try:
        return Written(await visit.office.store.open_all(visit.office.pool, state.id, SCOPE))
    except KeyGone:  # lawfully erased: the facts remain
        return Written({})
