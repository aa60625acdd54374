"""The nemesis: what goes wrong and when, drawn by seed before the run, so that a seed strikes the same way again."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.torture import faults_of_storage, faults_of_traffic
from tests.torture.estate import Estate
from tests.torture.scene import Fault, Scene

PAUSE_S = (1.0, 3.0)
COPY_ONE_IN = 3
FAULT_TIMEOUT_S = 300.0
"""Longer than any machine needs, however busy: only what hangs meets it."""

FAULTS: dict[str, Fault] = {**faults_of_traffic.FAULTS, **faults_of_storage.FAULTS}
NEED_A_DISK = faults_of_storage.NEED_A_DISK


@dataclass(frozen=True)
class Strike:
    """After `pause_s`, this fault; `seed` is its own chance, and `copies` whether the store is copied before it."""

    pause_s: float
    fault: str
    seed: str
    copies: bool


@dataclass(frozen=True)
class Struck:
    at_s: float
    took_s: float
    what: str


def drawn(seed: int, count: int, kinds: Sequence[str]) -> list[Strike]:
    """`count` strikes of these kinds: each kind once before any comes again."""
    chance = random.Random(f"{seed}/nemesis")
    order: list[str] = []
    while len(order) < count:
        order += chance.sample(sorted(kinds), len(kinds))
    return [
        Strike(chance.uniform(*PAUSE_S), fault, f"{seed}/strike {number}", chance.randrange(COPY_ONE_IN) == 0)
        for number, fault in enumerate(order[:count])
    ]


class Nemesis:
    def __init__(self, estate: Estate, folder: Path) -> None:
        self.struck: list[Struck] = []
        self._estate = estate
        self._older_store = folder / "older-store"

    async def strike(self, strikes: Sequence[Strike]) -> None:
        """One after the other. When it returns everything is mended."""
        began = time.monotonic()
        Scene(self._estate, random.Random(), self._older_store).keep_older_store()
        for one in strikes:
            await asyncio.sleep(one.pause_s)
            scene = Scene(self._estate, random.Random(one.seed), self._older_store)
            if one.copies:
                scene.keep_older_store()
            at = time.monotonic()
            try:
                async with asyncio.timeout(FAULT_TIMEOUT_S):
                    what = await FAULTS[one.fault](scene)
            except TimeoutError as error:
                raise TimeoutError(f"{one.fault}, struck at {at - began:.1f} s, was never mended") from error
            self.struck.append(Struck(at - began, time.monotonic() - at, what))
