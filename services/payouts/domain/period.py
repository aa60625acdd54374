"""A call as payouts goes by it: when its money may be used, and when that must be reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.catalogue import Event
from shared.catalogue.payouts import PeriodSet
from shared.identity import Role
from shared.life import Changes, Circumstances, Command, Kind, Life, State
from shared.words import Text


class Status(StrEnum):
    SET = "set"  # nobody


class Period(State, frozen=True, kw_only=True):
    programme: UUID
    activity_from: date
    activity_to: date
    report_due: date


class SetPeriod(Command, frozen=True, kw_only=True):
    programme: UUID
    activity_from: date
    activity_to: date
    report_due: date


LIFE: Life = {
    (None, PeriodSet): Status.SET,
    (Status.SET, PeriodSet): Status.SET,
}
MOVES: dict[StrEnum, Role | None] = {Status.SET: None}
LABELS: dict[StrEnum, Text] = {Status.SET: Text("Bestämd", "Set")}


def evolve(_: Period | None, event: Event) -> Changes:
    match event:
        case PeriodSet():
            return {
                "programme": event.programme,
                "activity_from": event.activity_from,
                "activity_to": event.activity_to,
                "report_due": event.report_due,
            }
        case _:
            return {}


def decide(state: Period | None, command: Command, _: Circumstances) -> Sequence[Event]:
    match command:
        case SetPeriod():
            event = PeriodSet(
                programme=command.programme,
                activity_from=command.activity_from,
                activity_to=command.activity_to,
                report_due=command.report_due,
            )
            return [] if state is not None and row(state) == evolve(None, event) else [event]
        case _:
            return []


def row(state: Period) -> dict[str, object]:
    return {
        "programme": state.programme,
        "activity_from": state.activity_from,
        "activity_to": state.activity_to,
        "report_due": state.report_due,
    }


PERIOD = Kind(
    name="period",
    state=Period,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(SetPeriod,),
    moves=MOVES,
    labels=LABELS,
    table="period",
    columns={"programme": "uuid", "activity_from": "date", "activity_to": "date", "report_due": "date"},
    row=row,
)
