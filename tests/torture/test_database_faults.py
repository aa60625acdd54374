"""What is acknowledged survives the database's own disk: full under its log or its tables, refusing to sync, rotten.

Seeded; each fault has its control, without which the test could not tell whether anything had struck.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from infra.embedded.postgres_settings import SUPERUSER
from tests.torture import syncing
from tests.torture.disk import Disk, why_not
from tests.torture.faults_of_storage import flip
from tests.torture.ground import READ_ALL, TELLS, Ground
from tests.torture.servers import family

pytestmark = pytest.mark.torture

SEED = 2_026
FACTS = 40
MESSAGE_BYTES = 1024 * 1024
MESSAGES_MAX = 2_000
"""More than the disk holds: a log that takes them all has not been on a full disk."""

PAGE_HEADER_BYTES = 24
PAGE_BYTES = 8_192
LOG_ONLY = "select pg_logical_emit_message(true, 'torture', $1)"
"""A commit that grows the write-ahead log, and no table."""

LARGE_TABLE = "create table large as select repeat('x', 500) from generate_series(1, 1000000)"
LOOK_S = 0.02

GONE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
"""What a database that dies in the middle leaves its clients with."""


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk | None]:
    """None where there can be no such disk: what does not fill it is tried all the same."""
    made = Disk(tmp_path_factory.mktemp("disk")) if why_not() is None else None
    if made is not None:
        made.make()
    yield made
    if made is not None:
        made.remove()


@pytest.fixture(scope="module")
async def laid_out(tmp_path_factory: pytest.TempPathFactory, disk: Disk | None) -> AsyncIterator[Ground]:
    ground = Ground(tmp_path_factory.mktemp("ground"), disk)
    try:
        await ground.open()
        yield ground
    finally:
        await ground.close()


@pytest.fixture
async def ground(laid_out: Ground) -> Ground:
    await laid_out.servers.revive()
    await laid_out.clear()
    return laid_out


async def test_r10_a_disk_full_under_the_write_ahead_log_takes_nothing_acknowledged_with_it(
    ground: Ground, disk: Disk | None
) -> None:
    """PostgreSQL panics. With room made and the database started, as docs/operating.md says, everything is there."""
    told, log = await ground.tell(FACTS, random.Random(SEED)), Log(ground)
    filled = filling(disk)

    with pytest.raises(GONE):
        await fill_the_log(ground)

    assert "PANIC" in log.since()
    filled.make_room()
    await ground.servers.revive(ground.servers.postgres)
    await assert_holds(ground, told)


async def test_r10_a_disk_full_under_a_table_stops_nothing_but_what_needed_the_room(
    ground: Ground, disk: Disk | None
) -> None:
    told, log, before = await ground.tell(FACTS, random.Random(SEED)), Log(ground), ground.servers.postgres.pid
    filled = filling(disk)

    with pytest.raises(asyncpg.DiskFullError):
        await as_owner(ground, LARGE_TABLE)

    filled.make_room()
    assert "PANIC" not in log.since()
    assert ground.servers.postgres.pid == before
    await assert_holds(ground, told)


@pytest.mark.parametrize("syncs", [True, False], ids=["with fsync", "control without fsync"])
async def test_r9_nothing_is_acknowledged_that_the_disk_refused_to_sync(
    ground: Ground, tmp_path: Path, syncs: bool
) -> None:
    """The control commits all the same: that is what `refuse_unsafe` turns a database away for."""
    if (reason := syncing.why_not()) is not None:
        pytest.skip(reason)
    told, log = await ground.tell(FACTS, random.Random(SEED)), Log(ground)
    await set_fsync(ground, "on" if syncs else "off")

    acknowledged = True
    async with syncing.refusing_to_sync(family(ground.servers.postgres), tmp_path / "strace"):
        try:
            told += await ground.tell(1, random.Random(f"{SEED}/refused"))
        except GONE:
            acknowledged = False

    assert acknowledged is not syncs
    assert ("PANIC" in log.since()) is syncs
    await ground.servers.revive(ground.servers.postgres)
    await set_fsync(ground, "on")
    await assert_holds(ground, told, may_have_more=syncs)


async def test_r11_a_flipped_bit_under_a_table_is_noticed_and_never_served(ground: Ground) -> None:
    chance = random.Random(SEED)
    told = await ground.tell(FACTS, chance)
    postgres = ground.servers.postgres
    file = postgres.data / str(await as_owner(ground, "select pg_relation_filepath('journal')"))
    place, bit = chance.randrange(PAGE_HEADER_BYTES, PAGE_BYTES), 1 << chance.randrange(8)
    await postgres.stop()
    flip(file, place, bit)
    await postgres.start()

    with pytest.raises(asyncpg.DataCorruptedError, match="invalid page"):
        await ground.told.fetch(READ_ALL)

    await postgres.stop()
    flip(file, place, bit)
    await postgres.start()
    await assert_holds(ground, told)


async def as_owner(ground: Ground, sql: str) -> Any:
    """One statement as the database's superuser, where the journal is."""
    connection = await asyncpg.connect(ground.servers.postgres.dsn_for(SUPERUSER, TELLS))
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def fill_the_log(ground: Ground) -> None:
    """Raises what the database's death leaves its clients with."""
    writer = await asyncpg.connect(ground.servers.postgres.dsn_for(SUPERUSER, TELLS))
    try:
        for _ in range(MESSAGES_MAX):
            await writer.execute(LOG_ONLY, "x" * MESSAGE_BYTES)
    finally:
        writer.terminate()


async def set_fsync(ground: Ground, value: str) -> None:
    await as_owner(ground, f"alter system set fsync = {value}")
    await as_owner(ground, "select pg_reload_conf()")
    while await ground.told.fetchval("show fsync") != value:
        await asyncio.sleep(LOOK_S)


async def assert_holds(ground: Ground, told: list[str], *, may_have_more: bool = False) -> None:
    """The journal is what was acknowledged, without a gap, and goes on. It may have more where a client was told
    nothing either way."""
    told = [*told, *await ground.tell(1, random.Random(f"{SEED}/after"))]
    kept = await ground.told.fetch(READ_ALL)
    assert [row["position"] for row in kept] == list(range(1, len(kept) + 1))
    texts = [row["text"] for row in kept]
    if may_have_more and len(texts) == len(told) + 1:
        texts.pop(-2)
    assert texts == told


def filling(disk: Disk | None) -> Disk:
    """The disk, without a free block."""
    if disk is None:
        pytest.skip(str(why_not()))
    disk.fill()
    return disk


class Log:
    """What the database says from now on."""

    def __init__(self, ground: Ground) -> None:
        self._file = ground.servers.folder.log_file("postgres")
        self._before = self._file.stat().st_size

    def since(self) -> str:
        return self._file.read_bytes()[self._before :].decode(errors="replace")
