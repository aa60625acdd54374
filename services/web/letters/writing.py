"""Writing: every letter that is due gets its facts, its words, and its place among what is sealed of its case."""

from __future__ import annotations

import os
from datetime import datetime
from uuid import UUID

import structlog

from services.web.domain.letter import CallOffLetter, Letter, WriteLetter
from services.web.letters import post
from services.web.letters.facts import CalledOff, Facts, Wanted, gather, refuse_overtaken
from services.web.letters.mail import message_id
from services.web.letters.people import names_in
from services.web.letters.reading import NotNow, Reading, reading_of
from services.web.letters.sheet import SCOPE, Sheet, item, sheet_of
from services.web.letters.taking import taken
from shared import refused
from shared.http.visit import as_bytes
from shared.office import Office
from shared.settings import read
from shared.words import Language

TOGETHER_MAX = 20
WHY = "letter"
TROUBLE = "letters"

DUE = """
select letter.id from letter left join letter_taken on letter_taken.letter = letter.id
where letter.status = 'due' and coalesce(letter_taken.until, '-infinity') < clock_timestamp()
order by letter.due_at, letter.id limit $1
"""
CLOCK = """
select clock_timestamp() + coalesce((select offset_s from followed_programme where id = $1), 0) * interval '1 second'
"""

log = structlog.get_logger()


async def write_letters(office: Office) -> None:
    """Until none is left that can be written now. A letter that fails rests a while and holds up no other."""
    reading = reading_of(office)
    if reading is None:
        return
    failed: set[UUID] = set()
    while rows := [row for row in await office.worker_pool.fetch(DUE, TOGETHER_MAX) if row["id"] not in failed]:
        for row in rows:
            try:
                if not await _write_one(office, reading, row["id"]):
                    return
            except Exception as error:  # noqa: BLE001 - one letter that cannot be written must not hold up the others
                failed.add(row["id"])
                log.error("letter.not_written", letter=str(row["id"]), error=f"{type(error).__name__}: {error}")
    _tell_trouble(office, len(failed))


async def _write_one(office: Office, reading: Reading, letter: UUID) -> bool:
    """Whether the services answered: else there is no use in trying the next."""
    async with taken(office, letter) as is_ours:
        state = await office.book.read(office.pool, letter) if is_ours else None
        try:
            if isinstance(state, Letter):
                await write_letter(office, reading, state)
        except NotNow as silent:
            log.info("letter.waits", why=str(silent))
            return False
        return True


async def write_letter(office: Office, reading: Reading, letter: Letter) -> None:
    """Written, or called off where nothing is left to tell. Raises NotNow where a service is silent."""
    try:
        facts = await facts_now(office, reading, letter)
        refuse_overtaken(facts)
        sheet = await sheet_now(office, facts)
        sealed = await office.store.seal(letter.case, SCOPE, {item(letter.id): as_bytes(sheet)})
        command = WriteLetter(
            subject=letter.id,
            programme=facts.programme_id,
            association=facts.association_id,
            language=sheet.language,
            channel=facts.recipient.channel,
            message_id=message_id(letter.id, post.mail_from()),
            content=sealed[0].digest,
            written_on=sheet.written_on,
            has_post=post.is_open(),
        )
        await office.act(command, WHY, sealed)
    except CalledOff as nothing:
        await office.act(CallOffLetter(subject=letter.id, reason=nothing.reason), WHY)
    except refused.NotNow:  # another process was first
        log.info("letter.already", letter=str(letter.id))


async def facts_now(office: Office, reading: Reading, wanted: Wanted) -> Facts:
    async def now(programme: UUID) -> datetime:
        moment: datetime = await office.worker_pool.fetchval(CLOCK, programme)
        return moment

    return await gather(reading, wanted, now)


async def sheet_now(office: Office, facts: Facts, language: Language | None = None) -> Sheet:
    """In the recipient's language, unless somebody wants to see it in another."""
    written_at = await office.worker_pool.fetchval("select date_trunc('second', clock_timestamp())")
    site = (read(os.environ, "PUBLIC_URL") or "").rstrip("/") or None
    return sheet_of(facts, await names_in(office, facts), language or facts.recipient.language, written_at, site)


def _tell_trouble(office: Office, failed: int) -> None:
    if failed:
        office.trouble[TROUBLE] = f"{failed} letters cannot be written. See the log."
    else:
        office.trouble.pop(TROUBLE, None)
