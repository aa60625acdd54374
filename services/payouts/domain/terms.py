"""A programme as payouts goes by it: its rules when it was published, and how far its practice clock has been moved."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from shared.catalogue import Event
from shared.catalogue.payouts import ClockFollowed, TermsAdopted
from shared.identity import Role
from shared.life import Changes, Circumstances, Command, Kind, Life, State
from shared.programme import ProgrammeRules
from shared.words import Text


class Status(StrEnum):
    ADOPTED = "adopted"  # nobody


class Terms(State, frozen=True, kw_only=True):
    rules: ProgrammeRules
    practice: bool
    offset_s: int = 0


class AdoptTerms(Command, frozen=True, kw_only=True):
    """`secondhand` is what review tells of the programme: it counts until the programme itself has been heard of."""

    rules: ProgrammeRules
    practice: bool
    secondhand: bool = False


class FollowClock(Command, frozen=True, kw_only=True):
    offset_s: int


LIFE: Life = {
    (None, TermsAdopted): Status.ADOPTED,
    (Status.ADOPTED, TermsAdopted): Status.ADOPTED,
    (Status.ADOPTED, ClockFollowed): Status.ADOPTED,
}
MOVES: dict[StrEnum, Role | None] = {Status.ADOPTED: None}
LABELS: dict[StrEnum, Text] = {Status.ADOPTED: Text("Gäller", "In force")}


def evolve(_: Terms | None, event: Event) -> Changes:
    match event:
        case TermsAdopted(rules=rules, practice=practice):
            return {"rules": rules, "practice": practice}
        case ClockFollowed(offset_s=offset_s):
            return {"offset_s": offset_s}
        case _:
            return {}


def decide(state: Terms | None, command: Command, _: Circumstances) -> Sequence[Event]:
    match command:
        case AdoptTerms(rules=rules, practice=practice, secondhand=secondhand):
            known = state is not None and (secondhand or (state.rules, state.practice) == (rules, practice))
            return [] if known else [TermsAdopted(rules=rules, practice=practice)]
        case FollowClock(offset_s=offset_s) if state is not None and offset_s > state.offset_s:
            return [ClockFollowed(offset_s=offset_s)]
        case _:
            return []


def row(state: Terms) -> dict[str, object]:
    return {"code": state.rules.code, "practice": state.practice, "offset_s": state.offset_s}


def terms_of(circumstances: Circumstances, programme: UUID) -> Terms | None:
    """The programme as `needs` asked for it, or None where payouts has not heard of it."""
    found = circumstances.also.get(programme)
    return found if isinstance(found, Terms) else None


TERMS = Kind(
    name="terms",
    state=Terms,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(AdoptTerms, FollowClock),
    moves=MOVES,
    labels=LABELS,
    table="terms",
    columns={"code": "text", "practice": "boolean", "offset_s": "bigint"},
    row=row,
)
