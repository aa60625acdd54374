"""Sending: what is written goes out, under the Message-ID it was written with, until a mail server has taken it.

The letter is sent first and recorded after: a crash between the two sends the same message once more, under the same
Message-ID, and the recipient's server knows it again. A server that fails delays letters, longer and longer, and loses
none.
"""

from __future__ import annotations

from uuid import UUID

import structlog

from services.web.domain.letter import (
    CallOffLetter,
    Letter,
    LetterKind,
    RecordDelay,
    RecordFailure,
    RecordSent,
    waits_to_be_sent,
)
from services.web.letters import post
from services.web.letters.facts import ERASED
from services.web.letters.mail import WITH_PAPER, as_mail
from services.web.letters.paper import as_pdf
from services.web.letters.sealed import sheet_in
from services.web.letters.taking import taken
from services.web.letters.writing import WHY
from shared import refused
from shared.life import Command
from shared.office import Office

TOGETHER_MAX = 20
ALARM_AFTER_TRIES = 5
TROUBLE = "post"

TO_SEND = """
select letter.id from letter left join letter_taken on letter_taken.letter = letter.id
where letter.status in ('written', 'delayed') and coalesce(letter.next_try_at, '-infinity') <= clock_timestamp()
    and coalesce(letter_taken.until, '-infinity') < clock_timestamp()
order by letter.due_at, letter.id limit $1
"""
STUCK = "select count(*) from letter where status = 'delayed' and tries >= $1"

log = structlog.get_logger()


async def send_letters(office: Office) -> None:
    """Until nothing is left to send now, or the mail server is found not to answer."""
    if not post.is_open():
        return
    while rows := await office.worker_pool.fetch(TO_SEND, TOGETHER_MAX):
        if not all([await _send_one(office, row["id"]) for row in rows]):
            break
    await _tell_trouble(office)


async def _send_one(office: Office, letter: UUID) -> bool:
    """Whether it is any use to go on with others at once."""
    async with taken(office, letter) as is_ours:
        state = await office.book.read(office.pool, letter) if is_ours else None
        if not isinstance(state, Letter) or not waits_to_be_sent(state):  # another process came to it first
            return True
        return await send_letter(office, state)


async def send_letter(office: Office, letter: Letter) -> bool:
    """Sends and records what came of it. Whether the mail server answered."""
    sheet = await sheet_in(office, letter)
    if sheet is None:
        await _record(office, CallOffLetter(subject=letter.id, reason=ERASED))
        return True
    paper = await as_pdf(sheet) if LetterKind(sheet.kind) in WITH_PAPER else None
    try:
        await post.send(as_mail(sheet, str(letter.message_id), post.mail_from(), paper))
    except post.NotTaken as never:
        log.warning("letter.not_taken", letter=str(letter.id), code=never.code)
        await _record(office, RecordFailure(subject=letter.id, reason=f"smtp-{never.code}"))
    except post.NotNow as later:
        log.warning("letter.delayed", letter=str(letter.id), why=later.reason)
        await _record(office, RecordDelay(subject=letter.id, reason=later.reason))
        return not later.is_server
    else:
        await _record(office, RecordSent(subject=letter.id))
    return True


async def _record(office: Office, command: Command) -> None:
    try:
        await office.act(command, WHY)
    except refused.NotNow:  # somebody put it in the print queue meanwhile
        log.info("letter.already", letter=str(command.subject))


async def _tell_trouble(office: Office) -> None:
    stuck = await office.worker_pool.fetchval(STUCK, ALARM_AFTER_TRIES)
    if stuck:
        sentence = f"{stuck} letters have been tried {ALARM_AFTER_TRIES} times or more. Look at BIFALL_SMTP_URL."
        office.trouble[TROUBLE] = sentence
    else:
        office.trouble.pop(TROUBLE, None)
