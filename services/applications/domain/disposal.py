"""A disposal: proposed with a reason, decided by another person, and then carried out by every service for itself.

What may go is the records schedule's to say, and it is asked both times: nothing that is open, kept for longer or
preserved can be proposed, nor decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from services.applications.domain import counting
from services.applications.domain.application import Application
from services.applications.domain.programme import Programme
from services.applications.domain.retention import refuse_unless_due
from shared.catalogue import Event
from shared.catalogue.disposals import (
    ApplicationDisposed,
    ApplicationsDisposalExecuted,
    DisposalDecided,
    DisposalDeclined,
    DisposalProposed,
)
from shared.deadlines import local_date
from shared.disposal import BACKUPS_READABLE, RecordDisposal
from shared.identity import Actor, Role
from shared.life import About, Changes, Circumstances, Command, Decided, Kind, Life, Mark, State
from shared.refused import Already, Refused, Unknown
from shared.words import Digest, Text


class Status(StrEnum):
    PROPOSED = "proposed"  # another archivist or a decision maker: decide, or decline
    DECLINED = "declined"  # nobody
    DECIDED = "decided"  # every service: erase
    EXECUTED = "executed"  # nobody: done here


class Disposal(State, frozen=True, kw_only=True):
    """`number` is empty until it is decided."""

    programme: UUID
    cases: tuple[UUID, ...]
    clear: bool
    proposed_by: UUID
    number: str = ""
    decided_by: UUID | None = None
    decided_on: date | None = None
    backups_until: date | None = None


class ProposeDisposal(Command, frozen=True, kw_only=True):
    """`content` is the digest of the reason, sealed with the command."""

    programme: UUID
    cases: tuple[UUID, ...]
    clear: bool
    content: Digest


class DecideDisposal(Command, frozen=True, kw_only=True):
    """A second person confirms it. `year` is the register's, by the programme's clock."""

    year: int


class DeclineDisposal(Command, frozen=True, kw_only=True):
    """It is not to be."""


LIFE: Life = {
    (None, DisposalProposed): Status.PROPOSED,
    (Status.PROPOSED, DisposalDeclined): Status.DECLINED,
    (Status.PROPOSED, DisposalDecided): Status.DECIDED,
    (Status.DECIDED, ApplicationsDisposalExecuted): Status.EXECUTED,
}
MOVES: dict[StrEnum, Role | None] = {
    Status.PROPOSED: Role.ARCHIVIST,
    Status.DECLINED: None,
    Status.DECIDED: Role.FUND,
    Status.EXECUTED: None,
}
LABELS: dict[StrEnum, Text] = {
    Status.PROPOSED: Text("Föreslagen", "Proposed"),
    Status.DECLINED: Text("Blev inte av", "Declined"),
    Status.DECIDED: Text("Beslutad, raderas nu", "Decided, being erased"),
    Status.EXECUTED: Text("Utförd", "Carried out"),
}


def decide(disposal: Disposal | None, command: Command, here: Circumstances) -> Decided:
    if isinstance(command, ProposeDisposal):
        return _propose(disposal, command, here)
    if disposal is None:
        raise Unknown
    match command:
        case DecideDisposal():
            return _decide(disposal, command, here)
        case DeclineDisposal():
            _applications(disposal.cases, here)
            return [DisposalDeclined(cases=disposal.cases)]
        case RecordDisposal():
            return _record(disposal, command)
    raise LookupError(type(command).__name__)


def _propose(disposal: Disposal | None, command: ProposeDisposal, here: Circumstances) -> Decided:
    if disposal is not None:
        asked = (command.programme, command.cases, command.clear)
        if (disposal.programme, disposal.cases, disposal.clear) == asked and disposal.proposed_by == here.actor.id:
            return []
        raise Already("Gallringen är redan föreslagen.", "The disposal has already been proposed.")
    _refuse_undue(command.programme, _applications(command.cases, here), here)
    proposed = DisposalProposed(
        programme=command.programme,
        cases=command.cases,
        clear=command.clear,
        proposed_by=here.actor.id,
        content=command.content,
    )
    return [proposed]


def _decide(disposal: Disposal, command: DecideDisposal, here: Circumstances) -> Decided:
    refuse_the_same(disposal, here.actor)
    programme = _refuse_undue(disposal.programme, _applications(disposal.cases, here), here)
    series = counting.series_name(programme.rules.register_series, programme.practice)
    running = here.tally(counting.disposals(series, command.year)).value + 1
    number = f"{programme.rules.register_series.prefix}-G {command.year}:{running}"
    decided = DisposalDecided(
        programme=disposal.programme,
        cases=disposal.cases,
        clear=disposal.clear,
        number=number,
        series=series,
        year=command.year,
        running=running,
        proposed_by=disposal.proposed_by,
        decided_by=here.actor.id,
        decided_on=local_date(here.now(programme.offset_s)),
        backups_until=local_date(here.at + BACKUPS_READABLE) + timedelta(days=1),
    )
    gone = ApplicationDisposed(disposal=disposal.id, number=number, clear=disposal.clear)
    return [decided, *(About(case, gone) for case in disposal.cases)]


def _record(disposal: Disposal, command: RecordDisposal) -> Decided:
    if (disposal.status, ApplicationsDisposalExecuted) not in LIFE:
        return []
    return [command.told(ApplicationsDisposalExecuted, disposal.cases, disposal.number)]


def refuse_the_same(disposal: Disposal, actor: Actor) -> None:
    """Two people (product: a powerful thing takes two). Raises Refused."""
    if actor.id == disposal.proposed_by:
        raise Refused(
            "Den som har föreslagit gallringen kan inte också besluta om den. Be en annan person.",
            "Whoever proposed the disposal cannot decide it too. Ask another person.",
        )


def _applications(cases: Iterable[UUID], here: Circumstances) -> list[Application]:
    """Raises Unknown where one of them is not there, or not for this person (H7)."""
    found = [here.also.get(case) for case in cases]
    applications = [one for one in found if isinstance(one, Application) and here.actor.id not in one.barred]
    if len(applications) < len(found):
        raise Unknown
    return applications


def _refuse_undue(programme: UUID, applications: Iterable[Application], here: Circumstances) -> Programme:
    """Raises Refused where the schedule, or the case's own life, has no place for it."""
    found = here.also.get(programme)
    if not isinstance(found, Programme):
        raise Refused("Programmet finns inte.", "There is no such programme.")
    today = local_date(here.now(found.offset_s))
    for application in applications:
        number = application.number
        if application.programme != programme:
            raise Refused(
                f"Ärende {number} hör till ett annat program.", f"Case {number} belongs to another programme."
            )
        if application.disposal_number is not None:
            raise Refused(
                f"Ärende {number} är redan gallrat, enligt beslut {application.disposal_number}.",
                f"Case {number} is disposed of already, by decision {application.disposal_number}.",
            )
        if not application.has_place_for(ApplicationDisposed):
            raise Refused(
                f"Ärende {number} är inte avslutat. Ett öppet ärende kan inte gallras.",
                f"Case {number} is not closed. An open case cannot be disposed of.",
            )
        refuse_unless_due(found.rules.retention, application, today)
    return found


def evolve(_: Disposal | None, event: Event) -> Changes:
    match event:
        case DisposalProposed():
            return {name: getattr(event, name) for name in ("programme", "cases", "clear", "proposed_by")}
        case DisposalDecided():
            return {name: getattr(event, name) for name in ("number", "decided_by", "decided_on", "backups_until")}
    return {}


def _needs(disposal: Disposal | None, command: Command) -> Iterable[UUID]:
    if isinstance(command, ProposeDisposal):
        return command.programme, *command.cases
    return (disposal.programme, *disposal.cases) if disposal else ()


def _tallies(disposal: Disposal | None, command: Command, subjects: Mapping[UUID, State]) -> Iterable[str]:
    if disposal is not None and isinstance(command, DecideDisposal):
        programme = subjects.get(disposal.programme)
        if isinstance(programme, Programme):
            series = counting.series_name(programme.rules.register_series, programme.practice)
            yield counting.disposals(series, command.year)


def _marks(_: Disposal, event: Event) -> Iterable[Mark]:
    if isinstance(event, DisposalDecided):
        yield Mark(counting.disposals(event.series, event.year), add=1)


def offers_to(disposal: Disposal, actor: Actor, operation: str) -> bool:
    return operation != "decide_disposal" or actor.id != disposal.proposed_by


DISPOSAL = Kind(
    name="disposal",
    state=Disposal,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(ProposeDisposal, DecideDisposal, DeclineDisposal, RecordDisposal),
    moves=MOVES,
    labels=LABELS,
    table="disposal",
    columns={
        "number": "text",
        "clear": "boolean",
        "cases": "jsonb",
        "programme": "uuid",
        "backups_until": "date",
    },
    row=lambda disposal: {
        "number": disposal.number,
        "clear": disposal.clear,
        "cases": msgspec.json.encode(disposal.cases).decode(),
        "programme": disposal.programme,
        "backups_until": disposal.backups_until,
    },
    needs=_needs,
    tallies=_tallies,
    marks=_marks,
    facts=lambda disposal: {"number": disposal.number},
    offers={"decide_disposal": DisposalDecided, "decline_disposal": DisposalDeclined},
    offers_to=offers_to,
)
