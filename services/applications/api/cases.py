"""Routes of applications that are sent in: lists, what was written, files, and withdrawal."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import QueryParameter

from services.applications import submitting, views
from services.applications.domain.application import MOVES, Application, Protection
from services.applications.domain.application_commands import LiftProtection, ProtectCase, WithdrawApplication
from services.applications.domain.call import Call
from services.applications.domain.finding import findings
from services.applications.domain.programme import Programme
from services.applications.policy import refuse_undeclared
from services.applications.views import Narrowing
from shared import files
from shared.catalogue.applications import ApplicationClosed, ApplicationWithdrawn, ClockAdvanced, SetDown
from shared.files import ShownFile, one_of
from shared.happened import Happened, happened
from shared.http import sending
from shared.http.body import Body
from shared.http.lists import PAGE_DEFAULT, After, Ids, Limit, Page, read_ids
from shared.http.visit import At, Visit
from shared.identity import Role
from shared.keyring import KeyGone
from shared.refused import Forbidden, Unknown
from shared.words import CODE_MAX, LINE_MAX, ONE_LINE

OfCall = Annotated[UUID | None, QueryParameter(name="call", required=False)]
WithStatus = Annotated[str | None, QueryParameter(name="status", max_length=CODE_MAX, required=False)]
Search = Annotated[str | None, QueryParameter(name="search", max_length=LINE_MAX, pattern=ONE_LINE, required=False)]
Written = Annotated[bool, QueryParameter(name="written", required=False, description="Also what was written.")]
InBrief = Annotated[
    bool, QueryParameter(name="brief", required=False, description="Only what they are called, and where they stand.")
]

READ = "read_application"


class ShownCase(msgspec.Struct, frozen=True):
    """`title` and `association_name` are None where they have been lawfully erased, and `disposal` says by which
    decision the content was. What a disposal took out of the register is empty here, too. `protected` is why, if it
    is."""

    id: UUID
    version: int
    status: str
    next: Role | None
    number: str
    programme: UUID
    call: UUID
    association: UUID
    association_name: str | None
    title: str | None
    amount_applied_ore: int
    received_at: datetime
    completion_round: int
    completion_due_on: date | None
    outcome: str | None
    granted_ore: int | None
    protected: str | None
    disposal: UUID | None
    disposal_number: str | None
    set_down: SetDown | None


class CaseWithWords(ShownCase, frozen=True, kw_only=True):
    """`application` is None where the person may not read it, or not before they have declared, or it is erased."""

    application: "ShownApplication | None"


class Protecting(Body, frozen=True):
    reason: Protection


class ShownCompletion(msgspec.Struct, frozen=True):
    """What one completion changed, by question, and when it came."""

    item: str
    received_at: datetime
    answers: dict[str, Any]


class ShownApplication(msgspec.Struct, frozen=True):
    """`answers` as they stand now; `sent_in` as they first came; `completions` what changed them, in order."""

    id: UUID
    number: str
    programme: UUID
    call: UUID
    disposal_number: str | None
    answers: dict[str, Any]
    sent_in: dict[str, Any]
    completions: Sequence[ShownCompletion]
    attachments: Sequence[ShownFile]


@get("/cases", name="list_cases")
async def list_cases(
    visit: Visit,
    call: OfCall = None,
    status: WithStatus = None,
    ids: Ids = None,
    search: Search = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
    brief: InBrief = False,
) -> Page[views.ListedCase] | Page[views.NamedCase]:
    """Applications, the latest first: one's own associations', or all."""
    own = None if visit.sees_all else visit.actor.associations
    narrowing = Narrowing(own, call, status, read_ids(ids), search)
    return await views.list_cases(visit.office.pool, visit.actor.id, narrowing, after, limit, brief)


@get("/cases/{case:uuid}", name="see_case")
async def see_case(case: UUID, visit: Visit, at: At = None, written: Written = False) -> Response[Any]:
    """An application by what can be told of it in a list; with what was written, if that is asked for."""
    visit.as_of(at)
    application = await submitting.see_application(visit, case)
    title, association_name = await views.clear_words(visit.office.pool, case, application.association)
    if visit.moment is not None:
        title = await submitting.title_of(visit.office, application)
    words = await _words(visit, application) if written else None
    if application.blanked:
        application, association_name = blanked(application), None
    shown = _shown(application, title, association_name)
    if written:
        shown = CaseWithWords(**msgspec.structs.asdict(shown), application=words)
    return visit.shown(application, shown)


async def _words(visit: Visit, application: Application) -> ShownApplication | None:
    """As `read_application` shows it, to whom it does."""
    try:
        visit.office.policy.enter(READ, visit.actor, application.association)
        return await _read(visit, application)
    except (Forbidden, Unknown, KeyGone):
        return None


@get("/cases/{case:uuid}/happened", name="see_happened")
async def see_happened(case: UUID, visit: Visit) -> Happened:
    """What its association is told has happened here after it came in, each with its day."""
    application = await submitting.see_application(visit, case)
    if application.blanked:
        return Happened([])
    told = (ApplicationWithdrawn, ApplicationClosed)
    return await happened(visit.office.pool, (case,), told, application.programme, ClockAdvanced)


def blanked(application: Application) -> Application:
    """As the register now has it."""
    return msgspec.structs.replace(application, number="", amount_applied_ore=0, outcome=None, granted_ore=None)


def _shown(application: Application, title: str | None, association_name: str | None) -> ShownCase:
    return ShownCase(
        id=application.id,
        version=application.version,
        status=application.status,
        next=MOVES[application.status],
        number=application.number,
        programme=application.programme,
        call=application.call,
        association=application.association,
        association_name=association_name,
        title=title,
        amount_applied_ore=application.amount_applied_ore,
        received_at=application.received_at,
        completion_round=application.round,
        completion_due_on=application.due_on,
        outcome=application.outcome,
        granted_ore=application.granted_ore,
        protected=application.protected,
        disposal=application.disposal,
        disposal_number=application.disposal_number,
        set_down=application.set_down,
    )


@get("/cases/{case:uuid}/application", name=READ)
async def read_application(case: UUID, visit: Visit, at: At = None) -> Response[Any]:
    """What the association wrote. A panel member declares first whether they have a conflict of interest."""
    visit.as_of(at)
    application = await submitting.see_application(visit, case)
    return visit.shown(application, await _read(visit, application))


async def _read(visit: Visit, application: Application) -> ShownApplication:
    refuse_undeclared(visit.actor, application)
    forms = await submitting.forms_of(visit.office, application)
    first = forms.get(submitting.APPLICATION_ITEM)
    answers: dict[str, Any] = {}
    for form in forms.values():
        answers |= form.answers
    return ShownApplication(
        id=application.id,
        number=application.number,
        programme=application.programme,
        call=application.call,
        disposal_number=application.disposal_number,
        answers=answers,
        sent_in=first.answers if first else {},
        completions=[
            ShownCompletion(item, at, forms[item].answers)
            for round_, at in zip(application.completed, application.completed_at, strict=True)
            if (item := submitting.completion_item(round_)) in forms
        ],
        attachments=await files.shown(visit.office, application.attachments),
    )


@get("/cases/{case:uuid}/findings", name="find_conditions")
async def find_conditions(case: UUID, visit: Visit) -> Response[Any]:
    """What the conditions of eligibility come to by what the association answered. A person judges (H1)."""
    application = await submitting.see_application(visit, case)
    refuse_undeclared(visit.actor, application)
    _, states = await visit.office.book.load(visit.office.pool, [application.programme, application.call])
    programme, call = states.get(application.programme), states.get(application.call)
    if not isinstance(programme, Programme) or not isinstance(call, Call):
        raise Unknown
    answers = await submitting.answers_of(visit.office, application)
    attached = {file.key for file in application.attachments}
    return visit.shown(application, findings(programme.rules, call.rules, answers, attached))


@get("/cases/{case:uuid}/attachments/{file:uuid}", name="read_attachment")
async def read_attachment(case: UUID, file: UUID, visit: Visit) -> Response[bytes]:
    """A file that was sent in."""
    application = await submitting.see_application(visit, case)
    refuse_undeclared(visit.actor, application)
    found = one_of(application.attachments, file)
    if application.disposal is not None:
        raise KeyGone(application.disposal)
    return await sending.served(visit, found)


@post("/cases/{case:uuid}/withdrawal", name="withdraw", status_code=200)
async def withdraw(case: UUID, visit: Visit) -> Response[Any]:
    """Withdraw an application before it is decided."""
    return await visit.do(WithdrawApplication(subject=case))


@put("/cases/{case:uuid}/protection", name="protect_case")
async def protect_case(case: UUID, data: Protecting, visit: Visit) -> Response[Any]:
    """Marks the case as protected: lists no longer say what it is, and it is shown to nobody unnoted."""
    return await visit.do(ProtectCase(subject=case, reason=data.reason))


@delete("/cases/{case:uuid}/protection", name="lift_protection", status_code=200)
async def lift_protection(case: UUID, visit: Visit) -> Response[Any]:
    return await visit.do(LiftProtection(subject=case))


ROUTES = (
    list_cases,
    see_case,
    see_happened,
    read_application,
    find_conditions,
    read_attachment,
    withdraw,
    protect_case,
    lift_protection,
)
