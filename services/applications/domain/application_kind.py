"""What the desk needs to know of applications: what commands look at, and what events add to shared numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from services.applications.domain import counting
from services.applications.domain.application import COLUMNS, LABELS, LIFE, MOVES, Application, evolve, row
from services.applications.domain.application_commands import (
    AdmitReader,
    BarReader,
    CompleteApplication,
    ExpireCompletion,
    LiftProtection,
    OpenCompletion,
    ProtectCase,
    RecordClosing,
    RecordDecision,
    RecordFinality,
    RegisterOnBehalf,
    SubmitApplication,
    WithdrawApplication,
)
from services.applications.domain.application_rules import decide
from services.applications.domain.programme import Programme
from shared.catalogue import Event
from shared.catalogue.applications import (
    ApplicationClosed,
    ApplicationDecided,
    ApplicationWithdrawn,
    CaseProtected,
    CaseRegistered,
    CompletionReceived,
    ProtectionLifted,
)
from shared.life import Command, Kind, Mark, State


def _needs(application: Application | None, command: Command) -> Iterable[UUID]:
    if isinstance(command, SubmitApplication):
        beside = (command.programme, command.call, command.association)
        return (*beside, command.signing) if command.signing else beside
    return (application.programme, application.call) if application else ()


def _tallies(application: Application | None, command: Command, subjects: Mapping[UUID, State]) -> Iterable[str]:
    if isinstance(command, SubmitApplication):
        programme = subjects.get(command.programme)
        if isinstance(programme, Programme):
            name = counting.series_name(programme.rules.register_series, programme.practice)
            yield counting.register(name, command.year)
        yield counting.standing(command.call)
        yield counting.of_association(command.call, command.association)
    elif application is not None and isinstance(command, WithdrawApplication | RecordDecision | RecordClosing):
        yield from counting.of_call(application.call)
        yield counting.of_association(application.call, application.association)


def _marks(application: Application, event: Event) -> Iterable[Mark]:
    """`application` is as the event left it."""
    match event:
        case CaseRegistered():
            yield Mark(counting.register(event.series, event.year), add=1)
            yield Mark(counting.standing(event.call), add=1)
            yield Mark(counting.of_association(event.call, event.association), add=1)
        case ApplicationWithdrawn():
            yield from _standing(application, -1)
        case ApplicationDecided() if application.decisions == 1:
            yield Mark(counting.decided(application.call), add=1)
            if application.withdrawn:
                yield from _standing(application, 1)
        case ApplicationClosed() if application.stands:
            yield Mark(counting.closed(application.call), add=1)


def _standing(application: Application, add: int) -> Iterable[Mark]:
    yield Mark(counting.standing(application.call), add=add)
    yield Mark(counting.of_association(application.call, application.association), add=add)


def _association(application: Application | None, command: Command | None) -> UUID | None:
    if application is not None:
        return application.association
    return command.association if isinstance(command, SubmitApplication) else None


APPLICATION = Kind(
    name="application",
    state=Application,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(
        SubmitApplication,
        RegisterOnBehalf,
        CompleteApplication,
        WithdrawApplication,
        ProtectCase,
        LiftProtection,
        OpenCompletion,
        ExpireCompletion,
        AdmitReader,
        BarReader,
        RecordDecision,
        RecordFinality,
        RecordClosing,
    ),
    moves=MOVES,
    labels=LABELS,
    table="application",
    columns=COLUMNS,
    row=row,
    needs=_needs,
    tallies=_tallies,
    marks=_marks,
    barred=lambda application: application.barred,
    association=_association,
    facts=lambda application: {"number": application.number},
    offers={
        "attach_to_completion": CompletionReceived,
        "detach_from_completion": CompletionReceived,
        "complete": CompletionReceived,
        "withdraw": ApplicationWithdrawn,
        "protect_case": CaseProtected,
        "lift_protection": ProtectionLifted,
    },
    offers_to=lambda application, _, operation: (
        operation != ("lift_protection" if application.protected is None else "protect_case")
    ),
)
