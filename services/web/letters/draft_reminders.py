"""Reminders of drafts that nobody sent in: two, before they are erased (A3).

A draft is the applicant's own and has no events (H8), so no reaction can tell of it and no officer's eyes see it. The
worker asks for the drafts as each person who acts for an association, with that person's own rights and no others; it
asks once for each call and step. What it finds is a row that goes as soon as the reminder is sent: no fact of the
trail, and nothing that lasts longer than the draft (decision 0025). Nobody waits for it: a server that fails delays it.
"""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
import structlog

from services.web.domain.account import Account
from services.web.letters import post
from services.web.letters.draft_mail import Ending, as_mail
from services.web.letters.facts import EMAIL
from services.web.letters.reading import SCRIBE, NotNow, NotThere, Reading, reading_of
from services.web.signing_in import people
from services.web.signing_in.lookup import Lookup
from services.web.site.about import about_from
from services.web.site.money_and_time import last_day
from shared.identity import FOR_ASSOCIATIONS, Actor
from shared.office import Office
from shared.programme import ProgrammeRules
from shared.words import Language, Text

STEPS_DAYS = (30, 7)
"""Days before a draft is erased on which somebody is reminded. Of several that have come, only the latest is told."""

LOOK_EVERY_S = 300.0
ACCOUNTS_TOGETHER = 100
NEXT_LOOK = "draft_reminders.next_look"

LOOKED = "select days from draft_round where call = $1"
LOOKED_NOW = "insert into draft_round (call, days) values ($1, $2) on conflict do nothing"
REMIND = """
insert into draft_reminder (draft, days, recipient, account, association) values ($1, $2, $3, $4, $5)
on conflict do nothing
"""
ACCOUNTS = "select id from account where posts > 0 and ($1::uuid is null or id > $1) order by id limit $2"
WAITING = """
select draft, days, recipient, account, association, made_at, tries from draft_reminder
where next_try_at <= clock_timestamp() order by next_try_at limit 1 for update skip locked
"""
DONE = "delete from draft_reminder where draft = $1 and days = $2 and recipient = $3"
DELAYED = """
update draft_reminder set tries = tries + 1, next_try_at = clock_timestamp() + $4
where draft = $1 and days = $2 and recipient = $3
"""

log = structlog.get_logger()


class Somebody(msgspec.Struct, frozen=True):
    """Who acts for `association`, and where a letter reaches them: their own address, or else the association's."""

    actor: Actor
    email: str
    language: Language


async def remind_of_drafts(office: Office) -> None:
    """Due work. Without a mail server there is nothing to do here: the pages tell the day too."""
    reading = reading_of(office)
    if reading is None or not post.is_open():
        return
    try:
        if time.monotonic() >= office.extra.get(NEXT_LOOK, 0.0):
            office.extra[NEXT_LOOK] = time.monotonic() + LOOK_EVERY_S
            await look(office, reading)
        await send(office, reading)
    except (NotNow, NotThere) as silent:
        log.warning("draft_reminders.silent", why=str(silent))


# ------------------------------------------------------------------------------------------------------- who to remind


async def look(office: Office, reading: Reading) -> None:
    """Finds whom to remind of what. Raises NotNow where a service does not say: then it is all looked at again."""
    steps = {
        UUID(call["id"]): step
        async for call in _paged(reading, "/calls")
        if (step := await _step(office, reading, call)) is not None
    }
    if not steps:
        return
    found: dict[UUID, list[tuple[object, ...]]] = {call: [] for call in steps}
    async for call, row in _found(office, reading, steps):
        found[call].append(row)
    for call, rows in found.items():
        async with office.worker_pool.acquire() as connection, connection.transaction():
            if (await connection.execute(LOOKED_NOW, call, steps[call])).endswith(" 1"):
                await connection.executemany(REMIND, rows)


async def _step(office: Office, reading: Reading, call: dict[str, Any]) -> int | None:
    """Which step the call's drafts have come to and nobody has been reminded of, by the programme's clock."""
    closes_at, now = (datetime.fromisoformat(call[name]) for name in ("closes_at", "now"))
    if now <= closes_at:
        return None
    told = await reading.rules_of("programmes", call["programme"])
    rules = msgspec.convert(told["rules"], ProgrammeRules)
    left = closes_at + timedelta(days=rules.retention.drafts_days_after_close) - now
    come = [days for days in STEPS_DAYS if timedelta() < left <= timedelta(days=days)]
    looked = {row["days"] for row in await office.worker_pool.fetch(LOOKED, UUID(call["id"]))} if come else set()
    return min(come) if come and min(come) not in looked else None


async def _found(
    office: Office, reading: Reading, steps: Mapping[UUID, int]
) -> AsyncIterator[tuple[UUID, tuple[object, ...]]]:
    """The reminders, each with its call."""
    lookup = Lookup(office.settings.key_encryption_key)
    async for account in _accounts(office):
        async for draft in _paged(reading, "/drafts", account.actor):
            call, association = UUID(draft["call"]), UUID(draft["association"])
            if call not in steps or association not in account.actor.associations:
                continue
            somebody = await _reached(office, reading, account.actor, association)
            if somebody is not None:
                yield call, (UUID(draft["id"]), steps[call], lookup.address(somebody.email), account.id, association)


async def _accounts(office: Office) -> AsyncIterator[Account]:
    """Everybody who acts for an association, with nothing but those posts."""
    last: UUID | None = None
    while rows := await office.worker_pool.fetch(ACCOUNTS, last, ACCOUNTS_TOGETHER):
        last = rows[-1]["id"]
        _, states = await office.book.load(office.worker_pool, [row["id"] for row in rows])
        for state in states.values():
            if isinstance(state, Account) and (own := acting(state)).posts:
                yield own


def acting(account: Account) -> Account:
    """Somebody with the posts in which they act for associations: who helps with a draft is not told of it."""
    posts = tuple(one for one in account.posts if one.role in FOR_ASSOCIATIONS and one.association is not None)
    return msgspec.structs.replace(account, posts=posts)


async def _reached(office: Office, reading: Reading, actor: Actor, association: UUID) -> Somebody | None:
    """None where there is no address at all: then the pages alone tell."""
    contact = await people.contact_of(office, actor.id)
    if contact.email is not None:
        return Somebody(actor, contact.email, contact.language)
    try:
        told = await reading.read("applications", f"/associations/{association}", actor)
    except NotThere:  # lawfully erased
        return None
    email = told["particulars"].get("email") or ""
    return Somebody(actor, email, contact.language) if EMAIL.match(email) else None


async def _paged(reading: Reading, path: str, actor: Actor = SCRIBE) -> AsyncIterator[dict[str, Any]]:
    query: dict[str, str] = {}
    while True:
        answer = await reading.read("applications", path, actor, **query)
        for item in answer["items"]:
            yield item
        if answer["next"] is None:
            return
        query = {"after": answer["next"]}


# ------------------------------------------------------------------------------------------------------------- sending


async def send(office: Office, reading: Reading) -> None:
    """Until nobody waits, or the mail server is found not to answer. Raises NotNow where a service does not say."""
    while await _send_one(office, reading):
        pass


async def _send_one(office: Office, reading: Reading) -> bool:
    """Whether it is any use to go on at once. Another web leaves alone what this one has in hand."""
    async with office.worker_pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(WAITING)
        if row is None:
            return False
        at = (row["draft"], row["days"], row["recipient"])
        ending, somebody = await _still(office, reading, row)
        if ending is None or somebody is None:  # sent in, discarded, or no longer theirs to be told of
            await connection.execute(DONE, *at)
            return True
        under = sha256(row["draft"].bytes + row["recipient"] + bytes([row["days"]])).hexdigest()[:32]
        about = about_from(os.environ, demo=False)
        mail = as_mail(ending, somebody.email, post.mail_from(), under, row["made_at"], about, somebody.language)
        try:
            await post.send(mail)
        except post.NotNow as later:
            log.warning("draft_reminders.delayed", why=later.reason)
            await connection.execute(DELAYED, *at, post.delay_after(row["tries"]))
            return not later.is_server
        except post.NotTaken as never:
            log.warning("draft_reminders.not_taken", code=never.code)
        await connection.execute(DONE, *at)
    return True


async def _still(office: Office, reading: Reading, row: Any) -> tuple[Ending | None, Somebody | None]:
    """The draft as it is now, as whoever was found with it sees it now."""
    state = await office.book.read(office.worker_pool, row["account"])
    if not isinstance(state, Account) or row["association"] not in (actor := acting(state).actor).associations:
        return None, None
    async for draft in _paged(reading, "/drafts", actor):
        if draft["id"] == str(row["draft"]):
            ending = Ending(
                draft=row["draft"],
                association=draft["association_name"] or "",
                call=msgspec.convert(draft["call_title"], Text),
                kept_until=last_day(draft["kept_until"]),
            )
            return ending, await _reached(office, reading, actor, row["association"])
    return None, None
