"""A round as a file: what was applied for, and how it was decided. `case_no` is only a label; amounts are whole
kronor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from services.command.failure import Failure
from shared.identifiers import InvalidIdentifier, parse_orgnr

APPLICATIONS_MAX = 1_000
KRONA_ORE = 100

Kronor = Annotated[int, msgspec.Meta(ge=0, le=10**9)]

OUTCOMES = {
    "bifall": "approved",
    "delvis_bifall": "partially_approved",
    "avslag": "rejected",
    "approved": "approved",
    "partially_approved": "partially_approved",
    "rejected": "rejected",
}


class Applied(msgspec.Struct, frozen=True):
    """One application of the round and what became of it."""

    org: str
    orgnr: str
    applied: Kronor
    outcome: str
    title: str
    granted: Kronor = 0
    reason: str | None = None
    case_no: str | None = None

    @property
    def decision(self) -> str:
        return OUTCOMES[self.outcome]

    @property
    def is_granted(self) -> bool:
        return self.decision != "rejected"


class Round(msgspec.Struct, frozen=True):
    applications: tuple[Applied, ...]
    budget_kronor: Kronor | None = None
    amount_max_kronor: Kronor | None = None

    @property
    def amount_max(self) -> int | None:
        return self.amount_max_kronor


def read_round(file: Path) -> Round:
    """Raises Failure, saying what in the file cannot be played."""
    try:
        played = msgspec.json.decode(file.read_bytes(), type=Round)
    except FileNotFoundError:
        raise Failure(f"There is no file {file}.", 2) from None
    except msgspec.MsgspecError as error:
        raise Failure(f"{file} is not a round: {error}", 2) from error
    for number, applied in enumerate(played.applications, start=1):
        if problem := _problem(applied):
            raise Failure(f"{file}, application {number}: {problem}", 2)
    if not 1 <= len(played.applications) <= APPLICATIONS_MAX:
        raise Failure(f"{file}: a round has 1 to {APPLICATIONS_MAX} applications.", 2)
    return played


def _problem(applied: Applied) -> str | None:
    try:
        parse_orgnr(applied.orgnr)
    except InvalidIdentifier as error:
        return f"{applied.orgnr} is no organisation number ({error.reason})"
    if applied.outcome not in OUTCOMES:
        return f"the outcome {applied.outcome!r} is none of {', '.join(OUTCOMES)}"
    if applied.is_granted and not 0 < applied.granted <= applied.applied:
        return "what is granted must be more than nothing and at most what was applied for"
    if not applied.is_granted and applied.granted:
        return "a rejected application is granted nothing"
    return None
