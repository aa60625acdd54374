"""Feedback on accessibility: kept under a key of its own until an administrator has dealt with it, then erased.

What somebody writes about their own difficulties can be about their health, so it is content and never in a log.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec
from litestar import Response, get, post

from services.web.pages.account.ground import network_of
from services.web.signing_in import rate_limits
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from shared import store
from shared.office import Office

OF_FORMS = UUID("6269666c-6c00-4000-8000-666565646261")
SCOPE = "feedback"
ITEM = "words"
WORDS_MAX = 5_000
LINE_MAX = 254
WAITING_MAX = 500
"""More than this unread, and the page asks people to call instead: nobody may fill the store."""


class Feedback(msgspec.Struct, frozen=True):
    """`contact` only where somebody wants an answer."""

    words: str
    where: str
    contact: str


class Waiting(msgspec.Struct, frozen=True):
    id: UUID
    at: datetime
    feedback: Feedback


@get("/accessibility", name="page_accessibility")
async def accessibility_page(caller: Caller) -> Response[Any]:
    return caller.page("public/accessibility.html")


@post("/accessibility", name="send_feedback")
async def send_feedback(caller: Caller) -> Response[Any]:
    form = await caller.form()
    feedback = Feedback(form.get("words"), form.get("where"), form.get("contact"))
    wrong = _what_is_wrong(caller, feedback) or await _too_many(caller)
    if wrong is None and not await keep(caller.site.office, feedback, form.key):
        full = caller.gettext("We cannot take more messages here just now. Please call us instead.")
        wrong = _wrong(caller, "", full)
    if wrong is not None:
        return caller.page("public/accessibility.html", status=422, wrong=wrong, written=form)
    thanks = caller.gettext("Thank you. Your message has come in, and somebody will read it.")
    return caller.goes_on("/accessibility", thanks)


async def _too_many(caller: Caller) -> Wrong | None:
    """Nobody may write so much that others find no room."""
    try:
        await rate_limits.count(caller.site.office.pool, ("feedback.network", network_of(caller)))
    except rate_limits.TooMany as many:
        return _wrong(caller, "", caller.say(many.detail))
    return None


def _what_is_wrong(caller: Caller, feedback: Feedback) -> Wrong | None:
    if not feedback.words:
        return _wrong(caller, "words", caller.gettext("Write what did not work."))
    if len(feedback.words) > WORDS_MAX:
        return _wrong(caller, "words", caller.gettext("Write it shorter: at most 5 000 characters."))
    if max(len(feedback.where), len(feedback.contact)) > LINE_MAX:
        return _wrong(caller, "contact", caller.gettext("Write it shorter: at most 254 characters."))
    return None


def _wrong(caller: Caller, field: str, sentence: str) -> Wrong:
    return Wrong(422, sentence, sentence, ((field, sentence),))


async def keep(office: Office, feedback: Feedback, key: str) -> bool:
    """Whether there was room. `key` is the form's own: sent twice, it is one message."""
    if await office.pool.fetchval("select count(*) from feedback") >= WAITING_MAX:
        return False
    own = uuid5(OF_FORMS, key)
    sealed = await office.store.seal(own, SCOPE, {ITEM: msgspec.json.encode(feedback)})
    async with office.pool.acquire() as connection, connection.transaction():
        is_new = await connection.fetchval(
            "insert into feedback (id) values ($1) on conflict do nothing returning true", own
        )
        if is_new:
            await store.write(connection, sealed)
    return True


async def waiting(office: Office, most: int) -> list[Waiting]:
    """The oldest first."""
    rows = await office.pool.fetch("select id, at from feedback order by at, id limit $1", most)
    found = await office.store.open_each(office.pool, SCOPE, {(row["id"], ITEM) for row in rows})
    return [
        Waiting(row["id"], row["at"], msgspec.json.decode(words, type=Feedback))
        for row in rows
        if (words := found.get((row["id"], ITEM))) is not None
    ]


async def erase(office: Office, feedback: UUID) -> None:
    """It is dealt with. The key goes first: what it opened can never be read again."""
    if await office.pool.fetchval("select true from feedback where id = $1", feedback):
        await office.store.keyring.destroy([(feedback, SCOPE)])
        async with office.pool.acquire() as connection, connection.transaction():
            await connection.execute("delete from store where owner = $1 and scope = $2", feedback, SCOPE)
            await connection.execute("delete from feedback where id = $1", feedback)


ROUTES = (accessibility_page, send_feedback)
