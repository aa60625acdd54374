"""The case, put together: its life, its rules by command, what else they look at, and its row in the lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec

from services.review.domain import budget
from services.review.domain.case import assessment, check, conclusion, decision, interests
from services.review.domain.case.commands import (
    LEADS_TO,
    AnswerEligibility,
    CloseAssessment,
    CloseCase,
    DeclareInterest,
    GiveStatement,
    MakeDecision,
    MakeFinal,
    OpenAssessment,
    Propose,
    ReceiveCase,
    ReopenCheck,
    RequestCompletion,
    ResumeCheck,
    Score,
    StartCheck,
    StrikeOff,
)
from services.review.domain.case.disposing import BLANK
from services.review.domain.case.evolve import evolve
from services.review.domain.case.life import LABELS, LIFE, MOVES
from services.review.domain.case.offers import OFFERS, offers_to
from services.review.domain.case.state import Case
from shared.catalogue import Event
from shared.catalogue.review import CaseReopened, DecisionMade
from shared.life import Circumstances, Command, Decided, Kind, Mark, State
from shared.refused import Unknown


def decide(state: Case | None, command: Command, circumstances: Circumstances) -> Decided:
    match command:
        case ReceiveCase():
            return check.receive(state, command)
        case ResumeCheck():
            return check.resume(state, command)
        case StrikeOff():
            return conclusion.strike_off(state)
        case MakeFinal():
            return conclusion.make_final(state, circumstances)
    if state is None:
        raise Unknown
    interests.refuse_barred(state, circumstances.actor.id)
    if (state.status, LEADS_TO[type(command)]) not in LIFE:
        raise CASE.not_now(state)
    return _by_a_person(state, command, circumstances)


def _by_a_person(state: Case, command: Command, circumstances: Circumstances) -> Decided:
    match command:
        case StartCheck():
            return check.start(state, circumstances)
        case RequestCompletion():
            return check.request_completion(state, command, circumstances)
        case AnswerEligibility():
            return check.answer(state, command, circumstances)
        case ReopenCheck():
            return check.reopen(state, circumstances)
        case DeclareInterest():
            return interests.declare(state, command, circumstances)
        case OpenAssessment():
            return assessment.open_(state, circumstances)
        case Score():
            return assessment.submit(state, command, circumstances)
        case CloseAssessment():
            return assessment.close(state, circumstances)
        case Propose():
            return decision.propose(state, command, circumstances)
        case GiveStatement():
            return decision.give_statement(state, command, circumstances)
        case MakeDecision():
            return decision.make(state, command, circumstances)
        case CloseCase():
            return conclusion.close(state)
    raise TypeError(f"No rule here for {type(command).__name__}.")


def needs(state: Case | None, command: Command) -> Iterable[UUID]:
    """The programme and the call, for their rules; the meeting that decides, or whose notice is up."""
    if state is None:
        return
    yield from (state.programme, state.call)
    if isinstance(command, MakeDecision) and command.meeting is not None:
        yield command.meeting
    if isinstance(command, MakeFinal) and state.publication is not None:
        yield state.publication.meeting


def tallies(state: Case | None, command: Command, subjects: Mapping[UUID, State]) -> Iterable[str]:
    return [budget.key(state.call)] if state is not None and isinstance(command, MakeDecision) else []


def marks(state: Case, event: Event) -> Iterable[Mark]:
    match event:
        case DecisionMade():
            return [Mark(budget.key(event.call), add=event.granted_ore)]
        case CaseReopened():
            return [Mark(budget.key(event.call), add=-event.released_ore)]
    return []


def association(state: Case | None, command: Command | None) -> UUID | None:
    if state is not None:
        return state.association
    return command.association if isinstance(command, ReceiveCase) else None


COLUMNS = {
    "programme": "uuid",
    "call": "uuid",
    "association": "uuid",
    "number": "text",
    "amount_applied_ore": "bigint",
    "officer": "uuid",
    "interests": "jsonb",
    "points_milli": "integer",
    "opinion": "text",
    "outcome": "text",
    "granted_ore": "bigint",
    "delegated": "boolean",
    "meeting": "uuid",
    "appeal_last_day": "date",
    "appeals": "integer",
    "received_at": "timestamptz",
    "completion_due_on": "date",
    "scored": "jsonb",
    "disagreement": "boolean",
    "proposed_outcome": "text",
    "proposed_ore": "bigint",
}


def row(state: Case) -> dict[str, object]:
    return {**_whole_row(state), **(BLANK if state.blanked else {})}


def _whole_row(state: Case) -> dict[str, object]:
    decided, published, proposed = state.decision, state.publication, state.proposal
    return {
        "programme": state.programme,
        "call": state.call,
        "association": state.association,
        "number": state.number,
        "amount_applied_ore": state.amount_applied_ore,
        "officer": state.officer,
        "interests": msgspec.json.encode(state.interests).decode(),
        "points_milli": state.assessment.points_milli if state.assessment else None,
        "opinion": state.statement.opinion if state.statement else None,
        "outcome": decided.outcome if decided else None,
        "granted_ore": decided.granted_ore if decided else None,
        "delegated": decided is not None and decided.authority.delegation is not None,
        "meeting": published.meeting if published else None,
        "appeal_last_day": published.appeal_last_day if published else None,
        "appeals": len(state.appeals),
        "received_at": state.received_at,
        "completion_due_on": next((one.due_on for one in state.completions if one.round == state.open_round), None),
        "scored": msgspec.json.encode(sorted(str(person) for person in state.scores)).decode(),
        "disagreement": state.assessment is not None and state.assessment.disagreement,
        "proposed_outcome": proposed.outcome if proposed else None,
        "proposed_ore": proposed.granted_ore if proposed else None,
    }


def facts(state: Case) -> dict[str, object]:
    return {"number": state.number}


CASE = Kind(
    name="case",
    state=Case,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(ReceiveCase, ResumeCheck, StrikeOff, MakeFinal, *LEADS_TO),
    moves=MOVES,
    labels=LABELS,
    table="reviewed_case",
    columns=COLUMNS,
    row=row,
    needs=needs,
    tallies=tallies,
    marks=marks,
    barred=lambda state: state.barred,
    association=association,
    facts=facts,
    offers=OFFERS,
    offers_to=offers_to,
)
