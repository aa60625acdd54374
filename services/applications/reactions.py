"""What applications does when another service tells it something: it keeps the news as its own fact."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.applications.domain.application_commands import (
    AdmitReader,
    BarReader,
    OpenCompletion,
    RecordClosing,
    RecordDecision,
    RecordFinality,
)
from shared.catalogue import Event
from shared.catalogue.payouts import GrantClosed
from shared.catalogue.review import CaseClosed, CompletionRequested, DecisionFinal, DecisionMade, InterestDeclared
from shared.life import Command
from shared.service import Reaction


def on_completion_requested(event: CompletionRequested, case: UUID) -> list[Command]:
    return [OpenCompletion(subject=case, round=event.round, due_on=event.due_on)]


def on_interest_declared(event: InterestDeclared, case: UUID) -> list[Command]:
    if event.conflict is None:
        return [AdmitReader(subject=case, person=event.person)]
    return [BarReader(subject=case, person=event.person)]


def on_decision_made(event: DecisionMade, case: UUID) -> list[Command]:
    return [RecordDecision(subject=case, outcome=event.outcome, granted_ore=event.granted_ore)]


def on_decision_final(event: DecisionFinal, case: UUID) -> list[Command]:
    return [RecordFinality(subject=case, final_on=event.final_on)]


def on_closed(event: CaseClosed | GrantClosed, case: UUID) -> list[Command]:
    return [RecordClosing(subject=case)]


REACTIONS: Mapping[type[Event], Reaction] = {
    CompletionRequested: on_completion_requested,
    InterestDeclared: on_interest_declared,
    DecisionMade: on_decision_made,
    DecisionFinal: on_decision_final,
    CaseClosed: on_closed,
    GrantClosed: on_closed,
}
