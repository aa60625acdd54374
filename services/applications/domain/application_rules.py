"""The rules of applications: sending one in, completing it, withdrawing it, and what others' news leads to."""

from __future__ import annotations

from uuid import UUID

from services.applications.domain import counting, setting_down, signing
from services.applications.domain.application import Application
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
from services.applications.domain.association import Association
from services.applications.domain.call import milestones
from services.applications.domain.programme import Programme
from services.applications.domain.sending import AlreadySentIn, in_an_open_call
from shared.catalogue import Event
from shared.catalogue.applications import (
    ApplicationClosed,
    ApplicationDecided,
    ApplicationFinal,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CaseProtected,
    CaseRegistered,
    CompletionExpired,
    CompletionOpened,
    CompletionReceived,
    ProtectionLifted,
    ReaderAdmitted,
    ReaderBarred,
)
from shared.deadlines import end_of_day, local_date
from shared.life import About, Circumstances, Command
from shared.refused import Refused, Unknown

Told = list[Event | About]


def decide(application: Application | None, command: Command, here: Circumstances) -> Told:
    if isinstance(command, SubmitApplication):
        return _submit(application, command, here)
    if application is None:
        raise Unknown
    match command:
        case CompleteApplication():
            return _complete(application, command, here)
        case WithdrawApplication():
            return _withdraw(application, here)
        case ProtectCase(reason=reason):
            return [] if application.protected == reason else [CaseProtected(reason=reason)]
        case LiftProtection():
            return [] if application.protected is None else [ProtectionLifted()]
        case _:
            return _hear(application, command, here)


# What applicants do


def _submit(application: Application | None, command: SubmitApplication, here: Circumstances) -> Told:
    if application is not None:
        if application.content == command.content:
            return []
        raise AlreadySentIn
    if not isinstance(here.also.get(command.association), Association):
        raise Refused("Föreningen är inte registrerad.", "The association is not registered.")
    programme, call, received_at = in_an_open_call(command, here)
    signed_by, together = _signatures(command, here)
    series = programme.rules.register_series
    name = counting.series_name(series, programme.practice)
    running = here.tally(counting.register(name, command.year)).value + 1
    submitted = ApplicationSubmitted(
        programme=programme.id,
        call=call.id,
        association=command.association,
        amount_applied_ore=command.amount_applied_ore,
        received_at=received_at,
        signed_by=signed_by,
        content=command.content,
        attachments=command.attachments,
        signatures=command.signatures,
        set_down=command.set_down,
    )
    registered = CaseRegistered(
        programme=programme.id,
        call=call.id,
        association=command.association,
        number=counting.written(series, command.year, running),
        series=name,
        year=command.year,
        running=running,
        amount_applied_ore=command.amount_applied_ore,
        received_at=received_at,
    )
    return [submitted, registered, *together]


def _signatures(command: SubmitApplication, here: Circumstances) -> tuple[tuple[UUID, ...], list[About]]:
    """Who signed here, in order, and what becomes of the first signature where it takes two."""
    if isinstance(command, RegisterOnBehalf):
        setting_down.refuse_unsigned(command.set_down, command.signatures, command.attachments)
        return (), []
    if command.signatures == signing.ALONE:
        return (here.actor.id,), []
    found = here.also.get(command.signing) if command.signing else None
    first, whole = signing.second(found, here.actor, command.subject, command.content, command.attachments)
    return (first, here.actor.id), [whole]


def _complete(application: Application, command: CompleteApplication, here: Circumstances) -> Told:
    received_at = here.received(_offset_s(application, here))
    if application.due_on is not None and received_at > end_of_day(application.due_on):
        raise Refused(
            f"Tiden att komplettera gick ut {application.due_on}. Hör av dig till handläggaren.",
            f"The time to complete was over {application.due_on}. Contact the officer.",
        )
    return [
        CompletionReceived(
            round=application.round,
            received_at=received_at,
            content=command.content,
            attachments=command.attachments,
        )
    ]


def _withdraw(application: Application, here: Circumstances) -> Told:
    return [ApplicationWithdrawn(), *_milestones(application, here, standing=-1)]


# What others tell: news that no longer has a place leads to nothing


def _hear(application: Application, command: Command, here: Circumstances) -> Told:
    match command:
        case OpenCompletion():
            event = CompletionOpened(round=command.round, due_on=command.due_on)
            return [event] if application.has_place_for(CompletionOpened) else []
        case ExpireCompletion():
            return [CompletionExpired(round=application.round)] if _is_overdue(application, here) else []
        case AdmitReader():
            known = application.admitted | application.barred
            return [] if command.person in known else [ReaderAdmitted(person=command.person)]
        case BarReader():
            return [] if command.person in application.barred else [ReaderBarred(person=command.person)]
        case RecordDecision():
            return _record_decision(application, command, here)
        case RecordFinality(final_on=final_on):
            news = application.final_on is None and application.has_place_for(ApplicationFinal)
            return [ApplicationFinal(final_on=final_on)] if news else []
        case RecordClosing():
            return _record_closing(application, here)
    raise LookupError(type(command).__name__)


def _is_overdue(application: Application, here: Circumstances) -> bool:
    if application.due_on is None or not application.has_place_for(CompletionExpired):
        return False
    return here.now(_offset_s(application, here)) > end_of_day(application.due_on)


def _record_decision(application: Application, command: RecordDecision, here: Circumstances) -> Told:
    if not application.has_place_for(ApplicationDecided) or (application.withdrawn and _is_closed(application)):
        return []
    event = ApplicationDecided(call=application.call, outcome=command.outcome, granted_ore=command.granted_ore)
    if application.decisions:
        return [event]
    return [event, *_milestones(application, here, standing=0 if application.stands else 1, decided=1)]


def _record_closing(application: Application, here: Circumstances) -> Told:
    if _is_closed(application):
        return []
    closed_on = local_date(here.now(_offset_s(application, here)))
    event = ApplicationClosed(call=application.call, closed_on=closed_on)
    return [event, *_milestones(application, here, closed=1 if application.stands else 0)]


def _is_closed(application: Application) -> bool:
    return not application.has_place_for(ApplicationClosed)


# What they all share


def _offset_s(application: Application, here: Circumstances) -> int:
    programme = here.also.get(application.programme)
    return programme.offset_s if isinstance(programme, Programme) else 0


def _milestones(
    application: Application, here: Circumstances, standing: int = 0, decided: int = 0, closed: int = 0
) -> list[About]:
    """What becomes true of the call through what is decided now about one of its applications."""
    call = here.also.get(application.call)
    if call is None:
        return []
    so_far = counting.counts(call.id, here).and_then(standing, decided, closed)
    return [About(call.id, event) for event in milestones(call.status, so_far)]
