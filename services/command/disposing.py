"""Disposals as backups and restores keep to them: noted in every backup, and applied to whatever is restored.

A backup taken before a disposal still has its keys, for as long as those are kept. So a restore asks everybody who may
know of a later decision, the trail in the backup itself, the backups beside it and the folder that it replaces, and
erases again what they decided, before the folder is in its place.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec

from infra.embedded import Addresses
from infra.embedded.backup import NOTES
from infra.embedded.postgres import EmbeddedPostgres
from infra.estate import SERVICES
from services.audit.disposals import Decision, decisions
from services.command.embedded_house import servers
from services.command.failure import Failure
from services.command.house import service_named
from shared.erasing import connections, erase

FILE = "disposals.json"
DECISIONS = msgspec.json.Decoder(list[Decision])


class Applied(msgspec.Struct, frozen=True):
    """How many decisions were carried out again, and the numbers of those that the restored trail does not know."""

    count: int
    untold: list[str]


async def noted(cluster: EmbeddedPostgres) -> Mapping[str, bytes]:
    """What audit knows now, for a backup's notes. A folder that was never opened knows nothing."""
    try:
        known = await _known(cluster.dsn_for("audit", "audit"))
    except asyncpg.UndefinedTableError:
        known = []
    return {FILE: msgspec.json.encode(known)}


def noted_beside(backup: Path) -> list[Decision]:
    """What it says itself, and every other backup in its folder. Raises Failure where one cannot be read."""
    found: list[Decision] = []
    for file in sorted(backup.absolute().parent.glob(f"*/{NOTES}/{FILE}")):
        try:
            found += DECISIONS.decode(file.read_bytes())
        except (OSError, msgspec.MsgspecError) as error:
            raise Failure(f"{file} cannot be read, and may tell of what has been disposed of: {error}") from error
    return found


async def known_to(folder: Path) -> list[Decision]:
    """What the audit of a data folder knows that is about to be replaced."""
    async with servers(folder) as addresses:
        return await _known(addresses.services["audit"].database_url)


def applying(known: Sequence[Decision], told: Callable[[Applied], None]) -> Callable[[Path], Awaitable[None]]:
    """To be done to a restored folder before it is opened. `told` hears what was applied."""

    async def apply_all(folder: Path) -> None:
        async with servers(folder) as addresses:
            here = await _known(addresses.services["audit"].database_url)
            together = {one.disposal: one for one in (*known, *here)}
            await apply(addresses, list(together.values()))
        own = {one.disposal for one in here}
        told(Applied(len(together), sorted(one.number for one in together.values() if one.disposal not in own)))

    return apply_all


async def apply(addresses: Addresses, known: Sequence[Decision]) -> None:
    """Erases, in every service's databases, what was decided; of what is gone already there is nothing left to do."""
    for estate in SERVICES:
        address, holding = addresses.services[estate.name], service_named(estate.name).holding
        if address.keys_url is None or holding is None or not known:
            continue
        async with connections(address.database_url, address.keys_url) as (content, keys):
            for clear in (False, True):
                if cases := _cases(known, clear):
                    await erase(content, keys, holding, cases, clear)


def _cases(known: Iterable[Decision], clear: bool) -> list[UUID]:
    return sorted({case for one in known if one.clear is clear for case in one.cases})


async def _known(audit_url: str) -> list[Decision]:
    connection = await asyncpg.connect(audit_url)
    try:
        return await decisions(connection)
    finally:
        await connection.close()
