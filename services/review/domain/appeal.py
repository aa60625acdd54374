"""The appeal, a subject of its own: received, sent on to the court, and what the court said about the decision.

The court can only let the decision stand or quash it (KL 13:8). While it is tried, the case gets no legal force;
quashed, the case is prepared anew and the money counts as left again (KL 13:15).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.review.domain import budget
from services.review.domain.case.interests import refuse_barred
from services.review.domain.case.life import LIFE as CASE_LIFE
from services.review.domain.case.state import Case
from services.review.domain.guidelines import today
from shared.catalogue import Event
from shared.catalogue.review import (
    AppealForwarded,
    AppealQuashed,
    AppealReceived,
    AppealUpheld,
    CaseReopened,
    DecisionAppealed,
    DecisionStands,
)
from shared.identity import Role
from shared.life import About, Changes, Circumstances, Command, Decided, Kind, Life, State
from shared.refused import FieldError, Refused, Unknown
from shared.words import Text


class Status(StrEnum):
    RECEIVED = "received"  # officer: send it on to the court
    WITH_COURT = "with_court"  # the court; an officer records what it said
    UPHELD = "upheld"  # nobody
    QUASHED = "quashed"  # nobody: the case itself is prepared anew


class Appeal(State, frozen=True, kw_only=True):
    status: Status
    case: UUID
    programme: UUID | None
    received_on: date
    content: str
    forwarded_on: date | None = None
    judged_on: date | None = None


class ReceiveAppeal(Command, frozen=True, kw_only=True):
    case: UUID
    programme: UUID
    received_on: date
    content: str


class ForwardAppeal(Command, frozen=True, kw_only=True):
    pass


class RecordJudgment(Command, frozen=True, kw_only=True):
    quashed: bool
    judged_on: date


LIFE: Life = {
    (None, AppealReceived): Status.RECEIVED,
    (Status.RECEIVED, AppealForwarded): Status.WITH_COURT,
    (Status.WITH_COURT, AppealUpheld): Status.UPHELD,
    (Status.WITH_COURT, AppealQuashed): Status.QUASHED,
}
LEADS_TO: dict[type[Command], type[Event]] = {ForwardAppeal: AppealForwarded, RecordJudgment: AppealUpheld}
MOVES: dict[StrEnum, Role | None] = {
    Status.RECEIVED: Role.OFFICER,
    Status.WITH_COURT: None,
    Status.UPHELD: None,
    Status.QUASHED: None,
}
LABELS: dict[StrEnum, Text] = {
    Status.RECEIVED: Text("Överklagandet har kommit in", "The appeal has been received"),
    Status.WITH_COURT: Text("Hos domstolen", "With the court"),
    Status.UPHELD: Text("Domstolen lät beslutet stå", "The court let the decision stand"),
    Status.QUASHED: Text("Domstolen upphävde beslutet", "The court quashed the decision"),
}


def evolve(state: Appeal | None, event: Event) -> Changes:
    match event:
        case AppealReceived():
            return {
                "case": event.case,
                "programme": event.programme,
                "received_on": event.received_on,
                "content": event.content,
            }
        case AppealForwarded(forwarded_on=forwarded_on):
            return {"forwarded_on": forwarded_on}
        case AppealUpheld(judged_on=judged_on) | AppealQuashed(judged_on=judged_on):
            return {"judged_on": judged_on}
    return {}


def decide(state: Appeal | None, command: Command, circumstances: Circumstances) -> Decided:
    if isinstance(command, ReceiveAppeal):
        return _receive(state, command, circumstances)
    if state is None:
        raise Unknown
    case = _case(state.case, circumstances)
    if (state.status, LEADS_TO[type(command)]) not in LIFE:
        raise APPEAL.not_now(state)
    match command:
        case ForwardAppeal():
            return [AppealForwarded(case=state.case, forwarded_on=today(circumstances, state.programme))]
        case RecordJudgment():
            return _judge(state, case, command, circumstances)
    raise TypeError(f"No rule here for {type(command).__name__}.")


def _case(subject: UUID, circumstances: Circumstances) -> Case:
    """Raises Unknown where there is none, or none for this person (H7)."""
    case = circumstances.also.get(subject)
    if not isinstance(case, Case):
        raise Unknown
    refuse_barred(case, circumstances.actor.id)
    return case


def _receive(state: Appeal | None, command: ReceiveAppeal, circumstances: Circumstances) -> Decided:
    case = _case(command.case, circumstances)
    if state is not None:
        if (state.case, state.received_on, state.content) == (command.case, command.received_on, command.content):
            return []
        raise Refused("Överklagandet är redan registrerat.", "The appeal is already registered.")
    if (case.status, DecisionAppealed) not in CASE_LIFE:
        raise Refused("Det finns inget beslut att överklaga.", "There is no decision to appeal against.")
    _refuse_future("received_on", command.received_on, today(circumstances, case.programme))
    return [
        AppealReceived(
            case=command.case, received_on=command.received_on, content=command.content, programme=case.programme
        ),
        About(command.case, DecisionAppealed(appeal=command.subject)),
    ]


def _judge(state: Appeal, case: Case, command: RecordJudgment, circumstances: Circumstances) -> Decided:
    """What another judgment has already set aside is not set aside twice."""
    _refuse_future("judged_on", command.judged_on, today(circumstances, state.programme))
    if command.judged_on < state.received_on:
        words = Text("Domen kan inte vara äldre än överklagandet.", "The judgment cannot be older than the appeal.")
        raise Refused(words.sv, words.en, (FieldError("judged_on", words),))
    judged = AppealQuashed if command.quashed else AppealUpheld
    told = judged(case=state.case, judged_on=command.judged_on)
    if state.id not in case.appeals or case.decision is None or (case.status, CaseReopened) not in CASE_LIFE:
        return [told]
    if not command.quashed:
        return [told, About(case.id, DecisionStands(appeal=state.id, judged_on=command.judged_on))]
    reopened = CaseReopened(appeal=state.id, call=case.call, released_ore=case.decision.granted_ore)
    return [told, About(case.id, reopened)]


def _refuse_future(field: str, day: date, now: date) -> None:
    if day > now:
        words = Text("Dagen har inte varit än.", "That day has not come yet.")
        raise Refused(words.sv, words.en, (FieldError(field, words),))


def needs(state: Appeal | None, command: Command) -> Iterable[UUID]:
    if isinstance(command, ReceiveAppeal):
        yield from (command.case, command.programme)
    elif state is not None:
        yield state.case
        if state.programme is not None:
            yield state.programme


def tallies(state: Appeal | None, command: Command, subjects: Mapping[UUID, State]) -> Iterable[str]:
    """A quashed decision gives its money back to the call."""
    case = subjects.get(state.case) if state is not None else None
    return [budget.key(case.call)] if isinstance(case, Case) and isinstance(command, RecordJudgment) else []


def row(state: Appeal) -> dict[str, object]:
    return {"case_id": state.case, "received_on": state.received_on}


APPEAL = Kind(
    name="appeal",
    state=Appeal,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(ReceiveAppeal, *LEADS_TO),
    moves=MOVES,
    labels=LABELS,
    table="appeal",
    columns={"case_id": "uuid", "received_on": "date"},
    row=row,
    needs=needs,
    tallies=tallies,
    offers={"forward_appeal": AppealForwarded, "record_judgment": (AppealUpheld, AppealQuashed)},
)
