"""Routes of recovery: considered, announced, decided, invoiced, and settled in one way or another."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from services.payouts import views
from services.payouts.api.reports import SCOPE
from services.payouts.api.seeing import Case, Nothing, Status, done, grant_of, narrowing, with_grant
from services.payouts.domain.recovery import (
    AgreePlan,
    Answer,
    AnswerRecovery,
    ConsiderRecovery,
    DecideRecovery,
    Ground,
    InvoiceRecovery,
    NotifyRecovery,
    Recovery,
    Standpoint,
    StartCollection,
    WriteOff,
    recovery_id,
)
from services.payouts.domain.recovery_rules import RECOVERY
from shared.http.body import Body
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.http.visit import Visit, as_bytes
from shared.identifiers import LOOKS_PERSONAL, find_personal_numbers
from shared.identity import Role
from shared.refused import FieldError, Refused
from shared.words import FreeText, Ore, Text

NOTICE = "recovery-notice"
WHY = Text("Skriv varför ni inte håller med.", "Write why you do not agree.")

Letter = Annotated[FreeText, msgspec.Meta(min_length=1)]


class ConsiderBody(Body, frozen=True, kw_only=True):
    amount_ore: Ore
    ground: Ground


class NoticeBody(Body, frozen=True, kw_only=True):
    """What the association is told: why, how much, and how to answer."""

    words: Letter


class AnswerBody(Body, frozen=True, kw_only=True):
    """`words` may be left out, but not by whoever objects. `paid_ore` and `paid_on` are for has_paid."""

    standpoint: Standpoint
    words: FreeText = ""
    paid_ore: Ore | None = None
    paid_on: date | None = None


class DecisionBody(Body, frozen=True, kw_only=True):
    """0 waives it."""

    amount_ore: Ore


class Notice(msgspec.Struct, frozen=True):
    words: str


class WrittenAnswer(msgspec.Struct, frozen=True):
    """The words as they are kept."""

    words: str


class ShownAnswer(msgspec.Struct, frozen=True):
    """`words` are None where they have been lawfully erased."""

    standpoint: str
    answered_on: date
    paid_ore: int | None
    paid_on: date | None
    words: str | None


class ShownRecovery(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    status: str
    next: Role | None
    case: UUID
    association: UUID
    number: str
    amount_ore: int
    ground: str
    answer_by: date | None
    notice: str | None
    ocr: str | None
    due_on: date | None
    paid_ore: int
    answers: list[ShownAnswer]


@get("/recoveries", name="list_recoveries")
async def list_recoveries(
    visit: Visit, after: After = None, limit: Limit = PAGE_DEFAULT, status: Status = None, case: Case = None
) -> Page[views.ListedRecovery]:
    """Money that is to come back."""
    return await views.list_recoveries(visit.office.pool, visit.actor.id, narrowing(visit, status, case), after, limit)


@get("/recoveries/{recovery:uuid}", name="see_recovery")
async def see_recovery(recovery: UUID, visit: Visit) -> Response[Any]:
    """What is asked back, why, and how to pay it."""
    state, grant = await with_grant(visit, recovery, Recovery)
    shown = ShownRecovery(
        id=state.id,
        version=state.version,
        status=state.status,
        next=RECOVERY.moves[state.status],
        case=state.case,
        association=state.association,
        number=grant.number,
        amount_ore=state.amount_ore,
        ground=state.ground,
        answer_by=state.answer_by,
        notice=await _notice(visit, state),
        ocr=state.ocr,
        due_on=state.due_on,
        paid_ore=state.paid_ore,
        answers=await _answers(visit, state),
    )
    return visit.shown(state, shown)


@post("/grants/{case:uuid}/recovery", name="consider_recovery", status_code=200)
async def consider_recovery(case: UUID, data: ConsiderBody, visit: Visit) -> Response[Any]:
    """An officer considers asking money back on another ground than an approved report."""
    await grant_of(visit, case)
    command = ConsiderRecovery(subject=recovery_id(case), case=case, amount_ore=data.amount_ore, ground=data.ground)
    return await visit.do(command, must_match=False)


@post("/recoveries/{recovery:uuid}/notice", name="notify_recovery", status_code=200)
async def notify_recovery(recovery: UUID, data: NoticeBody, visit: Visit) -> Response[Any]:
    """The association is told, and has fourteen days to answer."""
    state, _ = await with_grant(visit, recovery, Recovery)
    sealed = await visit.sealed(state.case, SCOPE, {NOTICE: as_bytes(Notice(data.words))})
    return await visit.do(NotifyRecovery(subject=recovery, letter=sealed[0].digest), sealed=sealed)


@post("/recoveries/{recovery:uuid}/answer", name="answer_recovery", status_code=200)
async def answer_recovery(recovery: UUID, data: AnswerBody, visit: Visit) -> Response[Any]:
    """The association agrees, objects, asks to pay in parts, or says how much it has paid and when."""
    if data.standpoint is Standpoint.OBJECTS and not data.words.strip():
        raise Refused(WHY.sv, WHY.en, (FieldError("words", WHY),))
    if find_personal_numbers(data.words):
        raise Refused(LOOKS_PERSONAL.sv, LOOKS_PERSONAL.en, (FieldError("words", LOOKS_PERSONAL),))
    state, _ = await with_grant(visit, recovery, Recovery)
    item = answer_item(len(state.answers) + 1)
    sealed = await visit.sealed(state.case, SCOPE, {item: as_bytes(WrittenAnswer(data.words))})
    command = AnswerRecovery(
        subject=recovery,
        standpoint=data.standpoint,
        content=sealed[0].digest,
        paid_ore=data.paid_ore,
        paid_on=data.paid_on,
    )
    return await visit.do(command, sealed=sealed)


@post("/recoveries/{recovery:uuid}/decision", name="decide_recovery", status_code=200)
async def decide_recovery(recovery: UUID, data: DecisionBody, visit: Visit) -> Response[Any]:
    """All of it, part of it, or nothing."""
    return await done(visit, Recovery, DecideRecovery(subject=recovery, amount_ore=data.amount_ore))


@post("/recoveries/{recovery:uuid}/invoice", name="invoice_recovery", status_code=200)
async def invoice_recovery(recovery: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """Ask for the money, with a reference to pay with."""
    return await done(visit, Recovery, InvoiceRecovery(subject=recovery))


@post("/recoveries/{recovery:uuid}/plan", name="agree_plan", status_code=200)
async def agree_plan(recovery: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """The association may pay in parts."""
    return await done(visit, Recovery, AgreePlan(subject=recovery))


@post("/recoveries/{recovery:uuid}/collection", name="start_collection", status_code=200)
async def start_collection(recovery: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """Hand it over to debt collection."""
    return await done(visit, Recovery, StartCollection(subject=recovery))


@post("/recoveries/{recovery:uuid}/write-off", name="write_off", status_code=200)
async def write_off(recovery: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """Give the money up."""
    return await done(visit, Recovery, WriteOff(subject=recovery))


async def _notice(visit: Visit, state: Recovery) -> str | None:
    if state.letter is None:
        return None
    content = await visit.office.store.open(visit.office.pool, state.case, SCOPE, NOTICE)
    return msgspec.json.decode(content, type=Notice).words if content else None


def answer_item(number: int) -> str:
    return f"recovery-answer-{number}"


async def _answers(visit: Visit, state: Recovery) -> list[ShownAnswer]:
    """In the order they came."""
    wanted = [(state.case, answer_item(number)) for number, _ in enumerate(state.answers, 1)]
    found = await visit.office.store.open_each(visit.office.pool, SCOPE, wanted) if wanted else {}
    return [_answer(answer, found.get(item)) for answer, item in zip(state.answers, wanted, strict=True)]


def _answer(answer: Answer, content: bytes | None) -> ShownAnswer:
    words = None if content is None else msgspec.json.decode(content, type=WrittenAnswer).words
    return ShownAnswer(answer.standpoint, answer.answered_on, answer.paid_ore, answer.paid_on, words)


ROUTES = (
    list_recoveries,
    see_recovery,
    consider_recovery,
    notify_recovery,
    answer_recovery,
    decide_recovery,
    invoice_recovery,
    agree_plan,
    start_collection,
    write_off,
)
