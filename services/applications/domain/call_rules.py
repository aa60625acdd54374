"""The rules of calls: who moves them on is in the policy, when they may be moved is here and in their life."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from services.applications.domain import counting
from services.applications.domain.call import LABELS, LIFE, MOVES, Call, Status, evolve, milestones
from services.applications.domain.programme import Programme
from shared.catalogue import Event
from shared.catalogue.applications import (
    CallCancelled,
    CallClosed,
    CallDecided,
    CallDrafted,
    CallOpened,
    CallPublished,
    PreparationStarted,
)
from shared.life import Circumstances, Command, Kind, State
from shared.programme import CallRules
from shared.refused import Already, Refused, Unknown


class DraftCall(Command, frozen=True, kw_only=True):
    programme: UUID
    rules: CallRules


class DecideCall(Command, frozen=True, kw_only=True):
    pass


class PublishCall(Command, frozen=True, kw_only=True):
    pass


class OpenCall(Command, frozen=True, kw_only=True):
    pass


class CloseCall(Command, frozen=True, kw_only=True):
    pass


class StartPreparation(Command, frozen=True, kw_only=True):
    pass


class CancelCall(Command, frozen=True, kw_only=True):
    pass


def decide(call: Call | None, command: Command, here: Circumstances) -> list[Event]:
    if isinstance(command, DraftCall):
        return _draft(call, command, here)
    if call is None:
        raise Unknown
    match command:
        case DecideCall():
            return [CallDecided()]
        case PublishCall():
            return _publish(call, here)
        case OpenCall():
            return [CallOpened()] if _now(call, here) >= call.rules.opens_at else []
        case CloseCall():
            return [CallClosed()] if _now(call, here).replace(microsecond=0) > call.rules.closes_at else []
        case StartPreparation():
            so_far = milestones(Status.IN_PREPARATION, counting.counts(call.id, here))
            return [PreparationStarted(), *so_far]
        case CancelCall():
            return _cancel(call, here)
    raise LookupError(type(command).__name__)


def _draft(call: Call | None, command: DraftCall, here: Circumstances) -> list[Event]:
    if not isinstance(here.also.get(command.programme), Programme):
        raise Refused("Programmet finns inte.", "There is no such programme.")
    if call is not None and (call.programme, call.rules) == (command.programme, command.rules):
        return []
    if call is not None and call.programme != command.programme:
        raise Already("Utlysningen hör till ett annat program.", "The call belongs to another programme.")
    return [CallDrafted(programme=command.programme, rules=command.rules)]


def _publish(call: Call, here: Circumstances) -> list[Event]:
    if _now(call, here) >= call.rules.closes_at:
        raise Refused(
            "Sista ansökningsdagen har redan varit. Ställ in utlysningen och gör en ny.",
            "The last day to apply has already been. Cancel the call and make a new one.",
        )
    return [CallPublished(programme=call.programme, rules=call.rules)]


def _cancel(call: Call, here: Circumstances) -> list[Event]:
    if counting.counts(call.id, here).standing > 0:
        raise Refused(
            "Det finns registrerade ansökningar, och de ska beslutas. Utlysningen kan inte ställas in.",
            "Applications are registered, and they are to be decided. The call cannot be cancelled.",
        )
    return [CallCancelled()]


def _now(call: Call, here: Circumstances) -> datetime:
    programme = here.also.get(call.programme)
    return here.now(programme.offset_s if isinstance(programme, Programme) else 0)


def _needs(call: Call | None, command: Command) -> Iterable[UUID]:
    if isinstance(command, DraftCall):
        return (command.programme,)
    return (call.programme,) if call else ()


def _tallies(call: Call | None, command: Command, subjects: Mapping[UUID, State]) -> Iterable[str]:
    return counting.of_call(command.subject) if isinstance(command, StartPreparation | CancelCall) else ()


CALL = Kind(
    name="call",
    state=Call,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(DraftCall, DecideCall, PublishCall, OpenCall, CloseCall, StartPreparation, CancelCall),
    moves=MOVES,
    labels=LABELS,
    table="call",
    columns={
        "programme": "uuid",
        "title_sv": "text",
        "title_en": "text",
        "opens_at": "timestamptz",
        "closes_at": "timestamptz",
        "budget_ore": "bigint",
        "decision_planned_by": "date",
    },
    row=lambda call: {
        "programme": call.programme,
        "title_sv": call.rules.title.sv,
        "title_en": call.rules.title.en,
        "opens_at": call.rules.opens_at,
        "closes_at": call.rules.closes_at,
        "budget_ore": call.rules.budget_ore,
        "decision_planned_by": call.rules.decision_planned_by,
    },
    needs=_needs,
    tallies=_tallies,
    offers={
        "draft_call": CallDrafted,
        "decide_call": CallDecided,
        "publish_call": CallPublished,
        "start_preparation": PreparationStarted,
        "cancel_call": CallCancelled,
    },
)
