"""Stamps: the newest checkpoint of each log is taken to a time stamping authority, now and then, and its word is kept.

Nobody waits for it. An authority that does not answer, or answers wrongly, is asked again, less and less often, and a
checkpoint that has waited a day for one is an alarm; commands, the trail and the signer go on as if it did not exist.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog

from services.audit import checkpoints, logs
from services.audit.authority import Authority, NoStamp
from services.audit.logs import Log
from shared.office import Office

STAMP_EVERY = timedelta(hours=1)
"""A log that grows is stamped this often. What was signed between two stamps is held by the later one: its root
follows from theirs."""

LOOK_EVERY_S = 30.0
FIRST_DELAY_S, LONGEST_DELAY_S = 60.0, 3_600.0
ALARM_AFTER = timedelta(hours=24)
ALARM = "stamps"
NEXT_LOOK, DELAY = "stamps.next_look", "stamps.delay"

LAST = "select size, taken_at from stamp where log = $1 order by size desc limit 1"
WAITS_SINCE = "select taken_at from checkpoint where log = $1 and size > $2 order by size limit 1"
ADD = """
insert into stamp (log, size, token, authority, stamped_at) values ($1, $2, $3, $4, $5) on conflict do nothing
"""
KEPT = """
select stamp.size, checkpoint.note, stamp.token, stamp.authority, stamp.stamped_at
from stamp join checkpoint using (log, size)
"""
OF_LOG = f"{KEPT} where stamp.log = $1 and stamp.size > $2 order by stamp.size limit $3"
ALL_OF_LOG = f"{KEPT} where stamp.log = $1 order by stamp.size"
OF_SIZE = f"{KEPT} where stamp.log = $1 and stamp.size = $2"

log = structlog.get_logger()


class Kept(msgspec.Struct, frozen=True):
    """`note` is exactly what was stamped: the checkpoint of `size` as the log signed it, without cosignatures. `token`
    is what `openssl ts -verify -in` reads."""

    size: int
    note: str
    token: bytes
    authority: str
    stamped_at: datetime


async def stamp_checkpoints(office: Office) -> None:
    """Due work: asks for what is to be stamped by now."""
    if not office.settings.stamp_url or time.monotonic() < office.extra.get(NEXT_LOOK, 0.0):
        return
    delay = LOOK_EVERY_S
    office.extra[NEXT_LOOK] = time.monotonic() + delay  # one look at a time
    try:
        authority = Authority(office.settings.stamp_url, office.settings.stamp_roots)
        for each in (await logs.latest(office.worker_pool)).values():
            await stamp_newest(office.worker_pool, each, authority)
        office.extra.pop(DELAY, None)
    except NoStamp as reason:
        log.warning("stamp.none", why=str(reason))
        delay = office.extra.get(DELAY, FIRST_DELAY_S)
        office.extra[DELAY] = min(2 * delay, LONGEST_DELAY_S)
    await _tell(office)
    office.extra[NEXT_LOOK] = time.monotonic() + delay


async def stamp_newest(pool: Any, of: Log, authority: Authority) -> None:
    """Has the log's newest checkpoint stamped, where it has none and the last stamp is old enough. Raises NoStamp."""
    now: datetime = await pool.fetchval("select clock_timestamp()")
    size, note = await checkpoints.newest(pool, of)
    last = await pool.fetchrow(LAST, of.name)
    if note is None or (last is not None and (last["size"] >= size or now - last["taken_at"] < STAMP_EVERY)):
        return
    stamp = await authority.stamp(note.encode(), now)
    await pool.execute(ADD, of.name, size, stamp.token, stamp.authority, stamp.stamped_at)


async def _tell(office: Office) -> None:
    now: datetime = await office.worker_pool.fetchval("select clock_timestamp()")
    late = None
    for each in (await logs.latest(office.worker_pool)).values():
        last = await office.worker_pool.fetchrow(LAST, each.name)
        since = await office.worker_pool.fetchval(WAITS_SINCE, each.name, last["size"] if last else 0)
        if since is not None and now - since > ALARM_AFTER:
            late = (
                f"The checkpoints of {each.source} have not been stamped for a day. Does the authority at "
                "BIFALL_STAMP_URL answer, and is BIFALL_STAMP_ROOT its root? See audit's log."
            )
    if late is None:
        office.trouble.pop(ALARM, None)
    else:
        office.trouble[ALARM] = late


# --------------------------------------------------------------------------------------------------- for whoever asks


async def after(connection: Any, of: Log, size: int, limit: int) -> list[Kept]:
    """Those of larger checkpoints, smallest first."""
    return [Kept(*row) for row in await connection.fetch(OF_LOG, of.name, size, limit)]


async def of_log(connection: Any, of: Log) -> list[Kept]:
    """All of them, smallest first."""
    return [Kept(*row) for row in await connection.fetch(ALL_OF_LOG, of.name)]


async def of_size(connection: Any, of: Log, size: int) -> Kept | None:
    row = await connection.fetchrow(OF_SIZE, of.name, size)
    return None if row is None else Kept(*row)
