"""What ought to be signed by now and is not: an alarm, whoever it is that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import msgspec

from services.audit import checkpoints, logs, trees
from shared.office import Office

UNSIGNED_FOR_S = 300.0
"""Five times what the signer promises."""
LOOK_EVERY_S = 30.0
UNSIGNED = "unsigned"

WAITING = """
select extract(epoch from clock_timestamp() - recorded_at) from entry where source = $1 and position = $2
"""


class Stopped(msgspec.Struct, frozen=True):
    """Why the signer does not sign a source's log."""

    source: str
    name: str
    sentence: str


async def watch_signing(office: Office) -> None:
    """Until cancelled."""
    while True:
        await look(office)
        await asyncio.sleep(LOOK_EVERY_S)


async def look(office: Office, unsigned_for_s: float = UNSIGNED_FOR_S) -> None:
    late = [source for source in trees.SOURCES if await _waits_s(office, source) > unsigned_for_s]
    office.trouble.pop(UNSIGNED, None)
    if late:
        office.trouble[UNSIGNED] = (
            f"What {', '.join(late)} told has waited over {unsigned_for_s / 60:.0f} minutes for a signature. "
            "See whether the signer runs, and its log."
        )


async def _waits_s(office: Office, source: str) -> float:
    """How long the source's oldest unsigned entry has been in its tree."""
    log = (await logs.latest(office.worker_pool)).get(source)
    signed = 0 if log is None else (await checkpoints.newest(office.worker_pool, log))[0] - log.before
    waited = await office.worker_pool.fetchval(WAITING, source, max(signed, 0) + 1)
    return float(waited or 0.0)


def heard(office: Office, stops: Iterable[Stopped]) -> None:
    """What the signer says stands in its way, all of it; what it no longer names is over."""
    mine = {f"{stop.name} {stop.source}": stop.sentence for stop in stops}
    for name in [name for name in office.trouble if name.rpartition(" ")[2] in trees.SOURCES]:
        office.trouble.pop(name)
    office.trouble.update(mine)
