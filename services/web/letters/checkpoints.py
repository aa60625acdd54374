"""Checkpoints mailed to a list of people outside, such as the region's auditors: every morning, and as soon as a key or
a log is new.

What lies in somebody else's mailbox cannot be taken back: whoever alters the trail afterwards is given away by it. It
is no letter of the fund's and no fact of the trail, which would grow because it was told of (decision 0019). Nobody
waits for it: a server that fails delays it, and says so.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from hashlib import sha256
from typing import Any

import msgspec
import structlog

from services.web.letters import post
from services.web.letters.checkpoint_mail import MailedLog, as_mail
from services.web.letters.facts import EMAIL
from services.web.letters.reading import NotNow, NotThere, Reading, reading_of
from shared.deadlines import STOCKHOLM
from shared.office import Office
from shared.settings import read

MORNING = clock(7, 0)
"""When a day's mail falls due, by the clock of Stockholm."""

LOOK_EVERY_S = 60.0
RECIPIENTS_MAX = 50
ALARM_AFTER_TRIES = 5
ALARM = "checkpoint mail"
NEXT_LOOK = "checkpoint_mail.next_look"
SENT = "sent"

LAST = "select max(made_at) from checkpoint_mail"
ADD = "insert into checkpoint_mail (occasion, checkpoints) values ($1, $2) on conflict do nothing"
ADD_TO = """
insert into checkpoint_mail_to (occasion, recipient) select $1, unnest($2::bytea[]) on conflict do nothing
"""
WAITING = """
select occasion, recipient, tries, checkpoints, made_at
from checkpoint_mail_to join checkpoint_mail using (occasion)
where outcome is null and next_try_at <= clock_timestamp() and recipient = any($1)
order by next_try_at limit 1 for update of checkpoint_mail_to skip locked
"""
DONE = "update checkpoint_mail_to set outcome = $3, tries = tries + 1 where occasion = $1 and recipient = $2"
DELAYED = """
update checkpoint_mail_to set tries = tries + 1, next_try_at = clock_timestamp() + $3
where occasion = $1 and recipient = $2
"""
STUCK = """
select count(*) filter (where outcome is null and tries >= $2) as delayed,
    count(*) filter (where outcome like 'smtp-%' and made_at = (select max(made_at) from checkpoint_mail)) as refused
from checkpoint_mail_to join checkpoint_mail using (occasion) where recipient = any($1)
"""

log = structlog.get_logger()


def recipients() -> tuple[list[str], list[str]]:
    """Who is told, from BIFALL_CHECKPOINT_MAIL_TO, and what stands there that is no address."""
    named = [one.strip() for one in (read(os.environ, "CHECKPOINT_MAIL_TO") or "").split(",") if one.strip()]
    wrong = [one for one in named if EMAIL.match(one) is None]
    return [one for one in dict.fromkeys(named) if one not in wrong][:RECIPIENTS_MAX], wrong


async def mail_checkpoints(office: Office) -> None:
    """Due work."""
    told, wrong = recipients()
    reading = reading_of(office)
    if not (told or wrong) or reading is None or time.monotonic() < office.extra.get(NEXT_LOOK, 0.0):
        return
    office.extra[NEXT_LOOK] = time.monotonic() + LOOK_EVERY_S
    by_digest = {sha256(one.encode()).digest(): one for one in told}
    try:
        await _order(office, reading, list(by_digest))
    except (NotNow, NotThere) as silent:
        log.warning("checkpoint_mail.silent", why=str(silent))
    if post.is_open():
        for _ in by_digest:
            if not await _send_one(office, by_digest):
                break
    await _tell(office, list(by_digest), wrong)


# ------------------------------------------------------------------------------------------------- what is to be mailed


async def _order(office: Office, reading: Reading, told: list[bytes]) -> None:
    """Raises NotNow and NotThere where audit does not say."""
    now: datetime = await office.worker_pool.fetchval("select clock_timestamp()")
    found = [await _logged(reading, each) for each in await reading.read("audit", "/log")]
    if not found:
        return
    last: datetime | None = await office.worker_pool.fetchval(LAST)
    keys = sha256(msgspec.json.encode([(each.origin, each.keys) for each in found])).hexdigest()
    occasions = [f"keys {keys}"]
    if last is not None and last < last_morning(now):
        occasions.append(f"day {now.astimezone(STOCKHOLM).date()}")
    for occasion in occasions:
        await _add(office, occasion, found, told)


async def _add(office: Office, occasion: str, found: list[MailedLog], told: list[bytes]) -> None:
    """Once for each occasion, whoever of us comes first."""
    async with office.worker_pool.acquire() as connection, connection.transaction():
        added = await connection.execute(ADD, occasion, msgspec.json.encode(found).decode())
        if added.endswith(" 1"):
            await connection.execute(ADD_TO, occasion, told)


async def _logged(reading: Reading, listed: dict[str, Any]) -> MailedLog:
    name = listed["name"]
    keys = [each["key"] for each in await reading.read("audit", f"/log/{name}/keys")]
    try:
        checkpoint = await reading.text("audit", f"/log/{name}/checkpoint")
    except NotThere:  # a log that was opened a moment ago
        checkpoint = ""
    return MailedLog(listed["source"], name, listed["origin"], keys, listed["first"], checkpoint)


def last_morning(now: datetime) -> datetime:
    """The latest moment at which a day's mail fell due."""
    today = now.astimezone(STOCKHOLM).date()
    this, before = (datetime.combine(day, MORNING, STOCKHOLM) for day in (today, today - timedelta(days=1)))
    return (this if this <= now else before).astimezone(UTC)


# ------------------------------------------------------------------------------------------------------------- sending


async def _send_one(office: Office, by_digest: dict[bytes, str]) -> bool:
    """Whether it is any use to go on with others at once. Another web leaves alone what this one has in hand."""
    async with office.worker_pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(WAITING, list(by_digest))
        if row is None:
            return False
        at = (row["occasion"], row["recipient"])
        logs = msgspec.json.decode(row["checkpoints"], type=list[MailedLog])
        is_new = row["occasion"].startswith("keys ")
        under = sha256(row["occasion"].encode() + row["recipient"]).hexdigest()[:32]
        message = as_mail(logs, by_digest[row["recipient"]], post.mail_from(), under, row["made_at"], is_new=is_new)
        try:
            await post.send(message)
        except post.NotTaken as never:
            log.warning("checkpoint_mail.not_taken", code=never.code)
            await connection.execute(DONE, *at, f"smtp-{never.code}")
        except post.NotNow as later:
            log.warning("checkpoint_mail.delayed", why=later.reason)
            await connection.execute(DELAYED, *at, post.delay_after(row["tries"]))
            return not later.is_server
        else:
            await connection.execute(DONE, *at, SENT)
    return True


async def _tell(office: Office, told: list[bytes], wrong: list[str]) -> None:
    row = await office.worker_pool.fetchrow(STUCK, told, ALARM_AFTER_TRIES)
    sentences = []
    if wrong:
        sentences.append(f"{len(wrong)} of the addresses in BIFALL_CHECKPOINT_MAIL_TO are none.")
    if not post.is_open():
        sentences.append("Nothing is mailed without BIFALL_SMTP_URL.")
    if row["delayed"] or row["refused"]:
        sentences.append(f"{row['delayed']} have been tried often and {row['refused']} were refused.")
    office.trouble.pop(ALARM, None)
    if sentences:
        office.trouble[ALARM] = " ".join(("Checkpoints do not reach all who are to have them.", *sentences))
