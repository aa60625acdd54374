"""The programme as review goes by it: its own copy of the rules, and how far its practice clock has been moved."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.catalogue import Event
from shared.catalogue.review import ClockFollowed, GuidelinesAdopted
from shared.deadlines import local_date
from shared.identity import Role
from shared.life import Changes, Circumstances, Command, Decided, Kind, Life, State
from shared.programme import ProgrammeRules
from shared.refused import NotNow
from shared.words import Text


class Status(StrEnum):
    ADOPTED = "adopted"  # nobody: applications publishes the programme and moves its clock


class Guidelines(State, frozen=True, kw_only=True):
    """`offset_s` is the distance of the programme's clock from real time: 0 but in practice."""

    status: Status
    rules: ProgrammeRules
    practice: bool
    offset_s: int = 0


class AdoptGuidelines(Command, frozen=True, kw_only=True):
    rules: ProgrammeRules
    practice: bool


class FollowClock(Command, frozen=True, kw_only=True):
    offset_s: int


LIFE: Life = {
    (None, GuidelinesAdopted): Status.ADOPTED,
    (Status.ADOPTED, GuidelinesAdopted): Status.ADOPTED,
    (Status.ADOPTED, ClockFollowed): Status.ADOPTED,
}
MOVES: dict[StrEnum, Role | None] = {Status.ADOPTED: None}
LABELS: dict[StrEnum, Text] = {Status.ADOPTED: Text("Riktlinjerna gäller", "The guidelines apply")}


def evolve(state: Guidelines | None, event: Event) -> Changes:
    match event:
        case GuidelinesAdopted(rules=rules, practice=practice):
            return {"rules": rules, "practice": practice}
        case ClockFollowed(offset_s=offset_s):
            return {"offset_s": offset_s}
    return {}


def decide(state: Guidelines | None, command: Command, circumstances: Circumstances) -> Decided:
    match command:
        case AdoptGuidelines(rules=rules, practice=practice):
            if state is not None and (state.rules, state.practice) == (rules, practice):
                return []
            return [GuidelinesAdopted(rules=rules, practice=practice)]
        case FollowClock(offset_s=offset_s):
            if state is None or offset_s <= state.offset_s:  # a clock never goes back
                return []
            return [ClockFollowed(offset_s=offset_s)]
    return []


def row(state: Guidelines) -> dict[str, object]:
    return {"offset_s": state.offset_s}


GUIDELINES = Kind(
    name="programme",
    state=Guidelines,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(AdoptGuidelines, FollowClock),
    moves=MOVES,
    labels=LABELS,
    table="programme",
    columns={"offset_s": "bigint"},
    row=row,
)


def guidelines(circumstances: Circumstances, programme: UUID | None) -> Guidelines:
    """The programme that the case or the meeting belongs to. Raises NotNow while its rules have not arrived."""
    state = circumstances.also.get(programme) if programme is not None else None
    if not isinstance(state, Guidelines):
        raise NotNow("Programmets regler har inte kommit hit än.", "The programme's rules have not arrived here yet.")
    return state


def today(circumstances: Circumstances, programme: UUID | None) -> date:
    """The local day by the programme's clock."""
    return local_date(circumstances.now(guidelines(circumstances, programme).offset_s))
