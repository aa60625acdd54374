"""Sending in: a draft becomes an application, and a completion part of one.

The words are sealed anew under the case's own key before the commit, and the draft is erased after it. A crash between
the two leaves a draft whose application is registered; due work compares them and removes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response

from services.applications import drafts
from services.applications.clearing import Clearing
from services.applications.domain.application import Application
from services.applications.domain.application_commands import CompleteApplication, SubmitApplication
from services.applications.domain.application_kind import APPLICATION
from services.applications.domain.association import Association
from services.applications.domain.call import Call
from services.applications.domain.programme import Programme
from services.applications.domain.submission import TITLE, merged, read_application, refuse_form
from services.applications.drafts import Draft, Form, Whole
from shared import files
from shared.catalogue.applications import CompletionReceived
from shared.clock import by_the_programme, received
from shared.http.visit import Visit, as_bytes
from shared.keyring import KeyGone
from shared.life import State
from shared.office import Office
from shared.refused import Stale, Unknown
from shared.words import LINE_MAX

SCOPE = "case"
APPLICATION_ITEM = "application"
CLEARING = "clearing"
"""Where the office keeps its one `Clearing`."""


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


async def submit(visit: Visit, draft_id: UUID) -> Response[Any]:
    """The draft as it stands becomes an application with a registration number."""
    office = visit.office
    whole = await drafts.find_whole(office, draft_id)
    if whole is None or whole.is_sent_in:
        return await _as_it_stands(visit, draft_id)
    draft = whole.draft
    office.policy.enter(visit.operation, visit.actor, draft.association)
    if visit.if_match() not in (None, draft.version):
        raise Stale
    on = await _stands_on(office, whole)
    came = by_the_programme(received(whole.at, visit.started), on.programme.offset_s)
    attached = {file.key for file in draft.files}
    answers = drafts.read_form(whole.words).answers
    read = read_application(on.programme, on.call, on.association, answers, attached, came)
    sealed = await visit.sealed(draft.id, SCOPE, {APPLICATION_ITEM: whole.words})
    command = _command(draft, read.amount_applied_ore, read.year, sealed[0].digest)
    answer = await visit.do(command, sealed=sealed, clear={TITLE: read.title}, must_match=False)
    office.extra[CLEARING].after(draft)
    return answer


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


def _command(draft: Draft, amount_applied_ore: int, year: int, content: str) -> SubmitApplication:
    return SubmitApplication(
        subject=draft.id,
        programme=draft.programme,
        call=draft.call,
        association=draft.association,
        amount_applied_ore=amount_applied_ore,
        year=year,
        content=content,
        attachments=draft.files,
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
