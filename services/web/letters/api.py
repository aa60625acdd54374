"""Routes of letters: all of a case, one as it was sent, its paper, and what is to be printed."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import QueryParameter

from services.web.domain.letter import KIND_LABELS, LETTER, LetterKind, PrintLetter, QueueLetter
from services.web.letters.document import Part
from services.web.letters.lists import CaseLetters, list_of_case, list_outbox
from services.web.letters.mail import as_plain_text, file_name, subject
from services.web.letters.paper import as_pdf
from services.web.letters.previewing import ToBe, preview
from services.web.letters.reading import NotNow
from services.web.letters.sealed import sheet_in
from services.web.letters.seeing import sight_of, the_letter, the_reading
from services.web.letters.sheet import Sheet
from shared.http.after import NotHeardYet
from shared.http.body import Body
from shared.http.engine_routes import Nothing
from shared.http.lists import PAGE_DEFAULT, After, Limit, OfCases, Page, read_ids
from shared.http.visit import Visit
from shared.identity import Role
from shared.programme.keys import LIST_MAX
from shared.refused import Unknown
from shared.words import CODE_MAX, Code, FreeText, Language, Ore, Text

WithStatus = Annotated[str | None, QueryParameter(name="status", max_length=CODE_MAX, required=False)]


class ShownSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A letter's words: as parts for a page, and as the text of the e-mail."""

    kind: str
    label: Text
    language: Language
    practice: bool
    number: str
    subject: str
    title: str
    short: tuple[str, ...]
    parts: tuple[Part, ...]
    text: str
    recipient: tuple[str, ...]
    email: str | None
    written_on: date


class ShownLetter(msgspec.Struct, frozen=True, kw_only=True):
    """`sheet` is None before the letter is written, and after it was lawfully erased. `reason` says why it is delayed,
    was refused by a mail server, or was called off."""

    id: UUID
    version: int
    status: str
    next: Role | None
    kind: str
    label: Text
    case: UUID
    channel: str | None
    message_id: str | None
    due_at: datetime
    written_on: date | None
    sent_at: datetime | None
    tries: int
    next_try_at: datetime | None
    reason: str | None
    sheet: ShownSheet | None


class OutboxLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter of any case, with the case's number."""

    id: UUID
    version: int
    status: str
    kind: str
    label: Text
    case: UUID
    number: str
    channel: str | None
    due_at: datetime
    written_on: date | None


class PreviewBody(Body, frozen=True, kw_only=True):
    """What is about to be done: `words` and `missing` of a request for more, `outcome` and what goes with it of a
    decision. `language` is the recipient's unless given."""

    kind: LetterKind
    words: FreeText = ""
    missing: Annotated[tuple[Code, ...], msgspec.Meta(max_length=LIST_MAX)] = ()
    outcome: Code | None = None
    granted_ore: Ore = 0
    reason: Code | None = None
    language: Language | None = None


@get("/cases/{case:uuid}/letters", name="list_letters")
async def list_letters(case: UUID, visit: Visit) -> CaseLetters:
    """All letters of a case, the first first."""
    sight = await sight_of(visit, case)
    return await list_of_case(visit.office.pool, case, sight.own, sight.kinds)


@post("/cases/{case:uuid}/letters/preview", name="preview_letter", status_code=200)
async def preview_letter(case: UUID, data: PreviewBody, visit: Visit) -> ShownSheet:
    """A letter as it would be sent, before anything is done."""
    await sight_of(visit, case)
    to_be = ToBe(
        kind=data.kind,
        case=case,
        words=data.words,
        missing=data.missing,
        outcome=data.outcome,
        granted_ore=data.granted_ore,
        reason=data.reason,
    )
    return _sheet(await preview(visit, to_be, data.language))


@get("/letters", name="list_outbox")
async def outbox(
    visit: Visit,
    status: WithStatus = None,
    cases: OfCases = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> Page[OutboxLetter]:
    """What has gone out and what is on its way, the latest first; without cases that do not exist for whoever asks."""
    listed = await list_outbox(visit.office.pool, status, read_ids(cases), after, limit)
    numbers = await _numbers(visit, {letter.case for letter in listed.items})
    shown = [
        OutboxLetter(
            id=letter.id,
            version=letter.version,
            status=letter.status,
            kind=letter.kind,
            label=letter.label,
            case=letter.case,
            number=numbers[letter.case],
            channel=letter.channel,
            due_at=letter.due_at,
            written_on=letter.written_on,
        )
        for letter in listed.items
        if letter.case in numbers
    ]
    return Page(shown, listed.next)


async def _numbers(visit: Visit, cases: set[UUID]) -> dict[UUID, str]:
    """Of those cases that exist for whoever asks (H7), as review says."""
    if not cases:
        return {}
    ids = ",".join(str(case) for case in sorted(cases))
    try:
        answered = await the_reading(visit).read(
            "review", "/cases", visit.actor, visit.after, ids=ids, limit=str(len(cases))
        )
    except NotNow:
        raise NotHeardYet from None
    return {UUID(one["id"]): one["number"] for one in answered["items"]}


@get("/letters/{letter:uuid}", name="see_letter")
async def see_letter(letter: UUID, visit: Visit) -> Response[Any]:
    """One letter: what it says, and how far it has come."""
    state = await the_letter(visit, letter)
    sheet = await sheet_in(visit.office, state)
    shown = ShownLetter(
        id=state.id,
        version=state.version,
        status=state.status,
        next=LETTER.moves[state.status],
        kind=state.kind,
        label=KIND_LABELS[state.kind],
        case=state.case,
        channel=state.channel,
        message_id=state.message_id,
        due_at=state.due_at,
        written_on=state.written_on,
        sent_at=state.sent_at,
        tries=state.tries,
        next_try_at=state.next_try_at,
        reason=state.reason,
        sheet=_sheet(sheet) if sheet else None,
    )
    return visit.shown(state, shown)


@get("/letters/{letter:uuid}/pdf", name="see_letter_pdf")
async def see_letter_pdf(letter: UUID, visit: Visit) -> Response[bytes]:
    """The letter on paper: tagged PDF/A, the same bytes every time."""
    state = await the_letter(visit, letter)
    sheet = await sheet_in(visit.office, state)
    if sheet is None:
        raise Unknown
    headers = {
        "Content-Disposition": f'inline; filename="{_ascii(file_name(sheet))}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "ETag": f'"{state.version}"',
    }
    return Response(await as_pdf(sheet), media_type="application/pdf", headers=headers)


@post("/letters/{letter:uuid}/queue", name="queue_letter", status_code=200)
async def queue_letter(letter: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """Put it in the print queue: it is to go on paper, too."""
    await the_letter(visit, letter)
    return await visit.do(QueueLetter(subject=letter))


@post("/letters/{letter:uuid}/printed", name="print_letter", status_code=200)
async def print_letter(letter: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """It is printed and posted."""
    await the_letter(visit, letter)
    return await visit.do(PrintLetter(subject=letter))


def _sheet(sheet: Sheet) -> ShownSheet:
    return ShownSheet(
        kind=sheet.kind,
        label=KIND_LABELS[sheet.kind],
        language=sheet.language,
        practice=sheet.practice,
        number=sheet.number,
        subject=subject(sheet),
        title=sheet.document.title,
        short=sheet.document.short,
        parts=sheet.document.parts,
        text=as_plain_text(sheet),
        recipient=sheet.recipient,
        email=sheet.email,
        written_on=sheet.written_on,
    )


def _ascii(name: str) -> str:
    return name.encode("ascii", "replace").decode().replace("?", "-")


ROUTES = (list_letters, preview_letter, outbox, see_letter, see_letter_pdf, queue_letter, print_letter)
