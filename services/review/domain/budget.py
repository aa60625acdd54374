"""The call as review goes by it: the ceiling that the sum granted never passes.

The sum itself is a shared number (`budget/<call>`), added to by each decision in the decision's own transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from uuid import UUID

from shared.catalogue import Event
from shared.catalogue.review import BudgetSet
from shared.identity import Role
from shared.life import Changes, Circumstances, Command, Decided, Kind, Life, Mark, State
from shared.refused import FieldError, NotNow, Refused
from shared.words import Text


class Status(StrEnum):
    SET = "set"  # nobody: the ceiling was decided with the call


class Budget(State, frozen=True, kw_only=True):
    status: Status
    programme: UUID
    ceiling_ore: int
    completion_days: int
    max_completion_rounds: int


class SetBudget(Command, frozen=True, kw_only=True):
    programme: UUID
    ceiling_ore: int
    completion_days: int
    max_completion_rounds: int


LIFE: Life = {(None, BudgetSet): Status.SET}
MOVES: dict[StrEnum, Role | None] = {Status.SET: None}
LABELS: dict[StrEnum, Text] = {Status.SET: Text("Budgeten är satt", "The budget is set")}


def key(call: UUID) -> str:
    """The name of the number that all decisions of one call share."""
    return f"budget/{call}"


def evolve(state: Budget | None, event: Event) -> Changes:
    match event:
        case BudgetSet():
            return {
                "programme": event.programme,
                "ceiling_ore": event.ceiling_ore,
                "completion_days": event.completion_days,
                "max_completion_rounds": event.max_completion_rounds,
            }
    return {}


def decide(state: Budget | None, command: Command, circumstances: Circumstances) -> Decided:
    """A published call does not change, so its budget is set once."""
    match command:
        case SetBudget() if state is None:
            return [
                BudgetSet(
                    programme=command.programme,
                    ceiling_ore=command.ceiling_ore,
                    completion_days=command.completion_days,
                    max_completion_rounds=command.max_completion_rounds,
                )
            ]
    return []


def tallies(state: Budget | None, command: Command, subjects: Mapping[UUID, State]) -> Iterable[str]:
    return [key(command.subject)]


def marks(state: Budget, event: Event) -> Iterable[Mark]:
    return [Mark(key(state.id), ceiling=state.ceiling_ore)]


def row(state: Budget) -> dict[str, object]:
    return {"programme": state.programme, "ceiling_ore": state.ceiling_ore}


BUDGET = Kind(
    name="call",
    state=Budget,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(SetBudget,),
    moves=MOVES,
    labels=LABELS,
    table="call",
    columns={"programme": "uuid", "ceiling_ore": "bigint"},
    row=row,
    tallies=tallies,
    marks=marks,
)


def budget(circumstances: Circumstances, call: UUID) -> Budget:
    """The budget of a case's call. Raises NotNow while it has not arrived."""
    state = circumstances.also.get(call)
    if not isinstance(state, Budget):
        raise NotNow("Omgångens budget har inte kommit hit än.", "The budget of the call has not arrived here yet.")
    return state


def refuse_above(circumstances: Circumstances, call: UUID, granted_ore: int) -> None:
    """Raises Refused, saying what is left, where the grant would take the call above its ceiling."""
    tally = circumstances.tally(key(call))
    if tally.ceiling is None:  # no ceiling is no money, not any amount
        raise NotNow("Omgångens budget har inte kommit hit än.", "The budget of the call has not arrived here yet.")
    if granted_ore > tally.left:
        words = Text(
            f"Pengarna räcker inte: det finns {kronor(tally.left)} kr kvar i omgången.",
            f"There is not enough money: {kronor(tally.left)} kronor are left in the call.",
        )
        raise Refused(words.sv, words.en, (FieldError("granted_ore", words),))


def kronor(ore: int) -> str:
    whole, rest = divmod(ore, 100)
    return f"{whole:,}".replace(",", "\N{NO-BREAK SPACE}") + (f",{rest:02d}" if rest else "")
