"""Faults of what is stored: the broker's store lost, aged or rotten; the disk without power, or full."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from tests.torture.scene import Fault, Scene

FULL_S = (1.0, 4.0)
BLOCK_HEADER_BYTES = 64
"""Bits are flipped behind this, in the messages."""


async def lose_the_store(scene: Scene) -> str:
    servers = scene.estate.servers
    await servers.kill_families(servers.broker)
    servers.delete_store()
    await servers.revive(servers.broker)
    return "deleted the broker's store"


async def restore_an_older_store(scene: Scene) -> str:
    servers = scene.estate.servers
    await servers.kill_families(servers.broker)
    servers.delete_store()
    shutil.copytree(scene.older_store, servers.folder.broker, dirs_exist_ok=True)
    await servers.revive(servers.broker)
    return "put an older copy of the broker's store back"


async def flip_a_bit(scene: Scene) -> str:
    """After a kill, after an orderly stop, or under the broker while it runs and then again after a kill."""
    servers = scene.estate.servers
    when = scene.chance.choice(("after a kill", "after an orderly stop", "while it ran"))
    if when == "after an orderly stop":
        await servers.broker.stop()
    elif when == "after a kill":
        await servers.kill_families(servers.broker)
    where = _flip(scene)
    if when == "while it ran":
        await servers.kill_families(servers.broker)
    await servers.revive(servers.broker)
    return f"flipped a bit {where} {when}"


async def lose_power(scene: Scene) -> str:
    """Databases and broker at the same instant, on the disk they share."""
    servers, disk = scene.estate.servers, _disk(scene)
    disk.lose_power()
    await servers.kill_families(*servers.all)
    disk.unmount()
    disk.mount()
    await servers.revive()
    return "cut the power of databases and broker"


async def fill_the_disk(scene: Scene) -> str:
    """As docs/operating.md says: make room, start the database if it has given up, restart the broker."""
    servers, disk, full_s = scene.estate.servers, _disk(scene), scene.chance.uniform(*FULL_S)
    disk.fill()
    await asyncio.sleep(full_s)
    disk.make_room()
    given_up = [cluster.name for cluster in (servers.postgres, servers.keys) if not cluster.running]
    await servers.revive(servers.postgres, servers.keys)
    await servers.restart(servers.broker)
    return f"filled the disk for {full_s:.1f} s; gave up meanwhile: {', '.join(given_up) or 'nobody'}"


def _flip(scene: Scene) -> str:
    blocks = sorted(scene.estate.servers.folder.broker.rglob("msgs/*.blk"))
    blocks = [block for block in blocks if block.stat().st_size > 2 * BLOCK_HEADER_BYTES]
    if not blocks:
        return "nowhere, for there were no messages,"
    block = scene.chance.choice(blocks)
    place = scene.chance.randrange(BLOCK_HEADER_BYTES, block.stat().st_size)
    flip(block, place, 1 << scene.chance.randrange(8))
    return f"of {block.parent.parent.name} {block.name} at byte {place}"


def flip(file: Path, place: int, bit: int) -> None:
    with file.open("r+b") as block:
        block.seek(place)
        byte = block.read(1)[0]
        block.seek(place)
        block.write(bytes([byte ^ bit]))


def _disk(scene: Scene):
    assert scene.estate.disk is not None, "this fault needs a disk that can lose its power"
    return scene.estate.disk


ANYWHERE = (lose_the_store, restore_an_older_store, flip_a_bit)
ON_A_DISK = (lose_power, fill_the_disk)
FAULTS: dict[str, Fault] = {fault.__name__: fault for fault in (*ANYWHERE, *ON_A_DISK)}
NEED_A_DISK = frozenset(fault.__name__ for fault in ON_A_DISK)
