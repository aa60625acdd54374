"""Sending in: a draft becomes an application, and a completion part of one.

The words are sealed anew under the case's own key before the commit, and the draft is erased after it. A crash between
the two leaves a draft whose application is registered; due work compares them and removes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
import structlog
from litestar import Response

from services.applications import drafts
from services.applications.clearing import Clearing
from services.applications.domain.application import Application
from services.applications.domain.application_commands import (
    CompleteApplication,
    RegisterOnBehalf,
    SubmitApplication,
)
from services.applications.domain.application_kind import APPLICATION
from services.applications.domain.association import Association
from services.applications.domain.call import Call
from services.applications.domain.programme import Programme
from services.applications.domain.sending import AlreadySentIn
from services.applications.domain.signing import (
    ALONE,
    NothingToTakeBack,
    SignedMeanwhile,
    SignFirst,
    Signing,
    VoidSignature,
    signing_id,
    waits_for,
)
from services.applications.domain.submission import TITLE, Read, merged, read_application, refuse_form
from services.applications.drafts import Draft, Form, Whole
from shared import files
from shared.catalogue.applications import CompletionReceived
from shared.clock import by_the_programme, received
from shared.http.visit import Visit, as_bytes
from shared.identity import Role
from shared.keyring import KeyGone
from shared.life import State
from shared.office import Office
from shared.refused import Incomplete, NotNow, Stale, Unknown
from shared.store import Sealed
from shared.words import LINE_MAX

log = structlog.get_logger()

POSITION = "Bifall-Position"
SCOPE = "case"
APPLICATION_ITEM = "application"
CLEARING = "clearing"
"""Where the office keeps its one `Clearing`."""

SIGNED_DRAFT = "insert into signed_draft (draft) values ($1) on conflict do nothing"
"""Before the digest is told: the key it was made with is to be found again if nothing comes of the draft."""


class Around(msgspec.Struct, frozen=True):
    """What an application stands on."""

    programme: Programme
    call: Call
    association: Association


def around(states: Mapping[UUID, State], programme: UUID, call: UUID, association: UUID) -> Around:
    """Raises Unknown where any of them is not there."""
    found = states.get(programme), states.get(call), states.get(association)
    match found:
        case (Programme() as one, Call() as two, Association() as three):
            return Around(one, two, three)
    raise Unknown


async def prepare_office(office: Office) -> None:
    office.extra[CLEARING] = Clearing(office)
    office.extra[drafts.GATHERED_ROWS] = drafts.gathered_rows(office)


class SignedOnce(msgspec.Struct, frozen=True):
    """The answer to the first of two signatures: the draft is a draft still, and waits for somebody else's."""

    id: UUID
    version: int
    signed_by: UUID
    status: str = "draft"
    next: Role = Role.SIGNATORY


async def submit(visit: Visit, draft_id: UUID) -> Response[Any]:
    """The draft as it stands becomes an application with a registration number; or, where two bind the association and
    nobody else has signed it, gets its first signature."""
    office = visit.office
    whole = await drafts.find_whole(office, draft_id)
    if whole is None:
        return await _as_it_stands(visit, draft_id)
    draft = whole.draft
    office.policy.enter(visit.operation, visit.actor, draft.association)
    if visit.if_match() not in (None, draft.version):
        raise Stale
    entry = await _entry(visit, whole, SubmitApplication)
    command = entry.command
    if command.signatures > ALONE and not await _is_second(visit, command):
        try:
            return await _sign_first(visit, draft, command.content)
        except (SignedMeanwhile, AlreadySentIn) as met:  # all pressed in the same moment, and somebody came first
            log.info("signing.met", draft=str(draft.id), how=type(met).__name__)
    return await _register(visit, draft, entry)


async def register_on_behalf(visit: Visit, draft_id: UUID, signed_on_paper: int) -> Response[Any]:
    """What the fund set down becomes an application, on a paper that is signed by hand. Raises Unknown for a draft that
    the fund does not write."""
    office = visit.office
    whole = await drafts.find_whole(office, draft_id)
    if whole is None:
        return await _as_it_stands(visit, draft_id)
    draft = whole.draft
    if draft.set_down is None or not drafts.sets_down(visit.actor, draft.association):
        raise Unknown
    drafts.refuse_signed(draft)
    if visit.if_match() != draft.version:
        raise Incomplete if visit.if_match() is None else Stale
    set_down = msgspec.structs.replace(draft.set_down, signed_on_paper=signed_on_paper)
    draft = msgspec.structs.replace(draft, set_down=set_down)
    entry = await _entry(visit, msgspec.structs.replace(whole, draft=draft), RegisterOnBehalf)
    return await _register(visit, draft, entry)


class Entry(msgspec.Struct, frozen=True):
    """What goes into the register: the command, the words sealed under the case's own key, and the title."""

    command: SubmitApplication
    sealed: tuple[Sealed, ...]
    title: str


async def _entry(visit: Visit, whole: Whole, command: type[SubmitApplication]) -> Entry:
    """Raises Refused, late or NotInOrder."""
    draft = whole.draft
    read = _read(visit, whole, await _stands_on(visit.office, whole))
    sealed = await visit.sealed(draft.id, SCOPE, {APPLICATION_ITEM: whole.words})
    return Entry(_command(command, draft, read, sealed[0].digest), sealed, read.title)


async def _register(visit: Visit, draft: Draft, entry: Entry) -> Response[Any]:
    """If-Match was about the draft; the application has no version that anybody has seen."""
    answer = await visit.do(entry.command, sealed=entry.sealed, clear={TITLE: entry.title}, is_matched=True)
    visit.office.extra[CLEARING].after(draft)
    return answer


def _read(visit: Visit, whole: Whole, on: Around) -> Read:
    """Raises Refused, late or NotInOrder."""
    came = by_the_programme(received(whole.at, visit.started), on.programme.offset_s)
    attached = {file.key for file in whole.draft.files}
    answers = drafts.read_form(whole.words).answers
    return read_application(on.programme, on.call, on.association, answers, attached, came, whole.draft.set_down)


async def _is_second(visit: Visit, command: SubmitApplication) -> bool:
    """Whether somebody else has signed this very text already."""
    found = await visit.office.book.read(visit.office.pool, command.signing) if command.signing else None
    return isinstance(found, Signing) and waits_for(found, visit.actor)


async def _sign_first(visit: Visit, draft: Draft, content: str) -> Response[Any]:
    """Raises SignedMeanwhile where somebody else did in the same moment, AlreadySentIn where two had by then."""
    office = visit.office
    await office.pool.execute(SIGNED_DRAFT, draft.id)
    command = SignFirst(
        subject=signing_id(draft.id, draft.revision, content),
        draft=draft.id,
        revision=draft.revision,
        programme=draft.programme,
        call=draft.call,
        association=draft.association,
        content=content,
        attachments=draft.files,
        set_down=draft.set_down,
    )
    done = await visit.do(command, is_matched=True)
    now = await drafts.find(office.pool, draft.id)
    if now is not None and now.revision != draft.revision:
        return await _overtaken(visit, draft, command.subject)
    headers = {"ETag": f'"{draft.version}"', "Cache-Control": "no-store", POSITION: done.headers[POSITION]}
    return Response(SignedOnce(draft.id, draft.version, visit.actor.id), status_code=202, headers=headers)


async def _overtaken(visit: Visit, draft: Draft, signing: UUID) -> Response[Any]:
    """Somebody saved in the same moment: what was signed is not what is there now, and stands for nothing. Raises
    Stale; unless the second had signed it, too, and it is sent in."""
    try:
        await visit.office.act(VoidSignature(subject=signing, why="changed"), "signing")
    except NotNow:  # sent in; or voided already, by the fund itself that looks for such
        if await visit.office.book.read(visit.office.pool, draft.id) is not None:
            return await _as_it_stands(visit, draft.id)
    raise Stale


async def take_back(visit: Visit, draft: Draft) -> None:
    """The first signature counts no more. Raises NotNow where there is none, or the second came first."""
    if draft.signing is None:
        raise NothingToTakeBack
    await visit.do(VoidSignature(subject=draft.signing, why="taken_back"), is_matched=True)


async def _stands_on(office: Office, whole: Whole) -> Around:
    """What the draft stands on, from memory where that is as new as the database: submission is where many meet."""
    draft, peek = whole.draft, office.book.peek
    known = peek(draft.programme), peek(draft.call), peek(draft.association)
    match known:
        case (Programme() as programme, Call() as call, Association() as association):
            if (programme.version, call.version) == (whole.programme_version, whole.call_version):
                return Around(programme, call, association)
    _, states = await office.book.load(office.pool, [draft.programme, draft.call, draft.association])
    office.book.keep(states.values())
    return around(states, draft.programme, draft.call, draft.association)


def _command(command: type[SubmitApplication], draft: Draft, read: Read, content: str) -> SubmitApplication:
    return command(
        subject=draft.id,
        programme=draft.programme,
        call=draft.call,
        association=draft.association,
        amount_applied_ore=read.amount_applied_ore,
        year=read.year,
        content=content,
        attachments=draft.files,
        signatures=read.signatures,
        signing=signing_id(draft.id, draft.revision, content) if read.signatures > ALONE else None,
        set_down=draft.set_down,
    )


async def _as_it_stands(visit: Visit, case: UUID) -> Response[Any]:
    """A retry of what was done already gets the application as it now stands. Raises Unknown where there is none."""
    state = await visit.see(case)
    return visit.shown(state, APPLICATION.answer(state))


async def complete(visit: Visit, case: UUID, changes: dict[str, Any]) -> Response[Any]:
    """The changed answers and the files handed in since become the completion of this round."""
    office = visit.office
    application = await see_application(visit, case)
    _, states = await office.book.load(office.pool, [application.programme, application.call, application.association])
    office.book.keep(states.values())
    on = around(states, application.programme, application.call, application.association)
    handed = await files.staged(office.pool, case, application.round)
    if application.has_place_for(CompletionReceived):
        answers = merged(await answers_of(office, application), changes)
        attached = {file.key for file in (*application.attachments, *handed)}
        refuse_form(on.programme, on.call, on.association, answers, attached)
    item = completion_item(application.round)
    sealed = await visit.sealed(case, SCOPE, {item: as_bytes(Form(changes))})
    title = changes.get(TITLE)
    answer = await visit.do(
        CompleteApplication(subject=case, content=sealed[0].digest, attachments=handed),
        sealed=sealed,
        clear={TITLE: title[:LINE_MAX]} if isinstance(title, str) else None,
    )
    await files.forget_rows(office.pool, handed)
    return answer


def completion_item(round_: int) -> str:
    return f"completion-{round_}"


async def see_application(visit: Visit, case: UUID) -> Application:
    """The application, for somebody who may. Raises Unknown."""
    state = await visit.see(case)
    if not isinstance(state, Application):
        raise Unknown
    return state


async def forms_of(office: Office, application: Application) -> dict[str, Form]:
    """The application's form and its completions' by item, in the order they came. Raises KeyGone where erased."""
    found = await office.store.open_all(office.pool, application.id, SCOPE)
    items = [APPLICATION_ITEM, *(completion_item(round_) for round_ in application.completed)]
    return {item: drafts.read_form(found[item]) for item in items if item in found}


async def title_of(office: Office, application: Application) -> str | None:
    """What it was called by those of its forms that this state knows of. None where it has been erased."""
    try:
        title = (await answers_of(office, application)).get(TITLE)
    except KeyGone:
        return None
    return title[:LINE_MAX] if isinstance(title, str) else None


async def answers_of(office: Office, application: Application) -> dict[str, Any]:
    """The answers as they stand after every completion."""
    answers: dict[str, Any] = {}
    for form in (await forms_of(office, application)).values():
        answers |= form.answers
    return answers
