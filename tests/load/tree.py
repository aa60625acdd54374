"""Audit's tree, leaves per second: facts kept and the tree grown batch by batch, each durable before the
next, as large as audit's reader takes them. `verify_per_s` is the whole tree counted anew from the stored texts.

The floor hashes the same texts into the same tree with hashlib, in memory, and nothing else.
"""

from __future__ import annotations

import hashlib
import statistics
import time
from itertools import islice
from typing import Any

from services.audit import verification
from services.audit.archive import keep
from shared.parked import Entry
from shared.reader import BATCH_MAX
from tests.load.frame import Measured, Reach, Row, Size, in_turn
from tests.load.ground import Ground, ground_of
from tests.load.leaves import SOURCE, emptied, texts

FULL = 60_000
BATCH = BATCH_MAX


async def measure(size: Size) -> Measured:
    wanted = list(islice(texts(), size.of(FULL)))
    verified: list[float] = []
    async with ground_of("audit") as ground:
        measured = await in_turn(
            size.rounds, lambda: hashed(wanted), lambda: kept_and_verified(ground, wanted, verified)
        )
    del verified[0]  # the round that does not count
    measured.figures |= {
        "append_per_s": statistics.median(measured.rows),
        "verify_per_s": statistics.median(verified),
        "verify_ratio": statistics.median(rate / floor for rate, floor in zip(verified, measured.floors, strict=True)),
    }
    return measured


async def hashed(wanted: list[bytes]) -> float:
    began = time.perf_counter()
    stack: list[bytes] = []
    for size, text in enumerate(wanted):
        joined = hashlib.sha256(b"\x00" + text).digest()
        while size & 1:
            joined = hashlib.sha256(b"\x01" + stack.pop() + joined).digest()
            size >>= 1
        stack.append(joined)
    return len(wanted) / (time.perf_counter() - began)


async def kept_and_verified(ground: Ground, wanted: list[bytes], verified: list[float]) -> float:
    await emptied(ground)
    entries = [Entry(SOURCE, position, text) for position, text in enumerate(wanted, 1)]
    began = time.perf_counter()
    for start in range(0, len(entries), BATCH):
        async with ground.pool.acquire() as connection, connection.transaction():
            await keep(connection, entries[start : start + BATCH])
    rate = len(entries) / (time.perf_counter() - began)
    began = time.perf_counter()
    assert await agrees(ground.pool)
    verified.append(len(entries) / (time.perf_counter() - began))
    return rate


async def agrees(pool: Any) -> bool:
    after: str | None = None
    while True:
        page = await verification.verify(pool, SOURCE, after)
        if not page.agrees or page.next is None:
            return page.agrees
        after = page.next


ROW = Row(
    name="tree",
    what="append to audit's tree in batches, durably, and verify it",
    floor="hashing the same texts alone",
    unit="leaves/s",
    reaches=(Reach("append_per_s", at_least=20_000), Reach("verify_per_s", at_least=50_000)),
    measure=measure,
)
