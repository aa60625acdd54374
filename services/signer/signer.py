"""The signer at work: looks at every log again and again, and signs what has grown as it should."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import httpx
import msgspec
import structlog

from services.signer.audit import Audit, NotHandedIn
from services.signer.domain.judgement import Remembered, Stop, Told, follows, next_name, stopped
from services.signer.memory import Memory
from shared.alarms import Alarm, Bell
from shared.merkle import Frontier, leaf_hash
from shared.tlog.checkpoints import Checkpoint, sign
from shared.tlog.notes import public_key

SIGN_WITHIN_S = 60.0
"""How long after an entry is in its tree a checkpoint holds it, at most, while both processes run."""
LOOK_EVERY_S = 5.0
LEAVES = 1_000
NAME = "signer"
FAILURES = (httpx.HTTPError, NotHandedIn, ValueError)
"""Of audit, or of the way there: soon over, or told as an alarm."""
SILENT_LOOKS = 12
"""After so many looks in vain an operator hears of it: the minute is over."""

log = structlog.get_logger()


class Signer:
    """`bell` rings for whoever must hear that something stopped it."""

    def __init__(self, memory: Memory, audit: Audit, bell: Bell) -> None:
        self._memory = memory
        self._audit = audit
        self.bell = bell
        self._in_vain = 0
        self._had_stops = False

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> dict[str, Stop]:
        """One look at every log. What stands in the way of signing one is no hindrance for the others: source → why."""
        stops: dict[str, Stop] = {}
        failures: list[Exception] = []
        try:
            standing = await self._audit.told()
        except FAILURES as error:
            standing, failures = [], [error]
        for told in standing:
            try:
                if (stop := await self._look_at(told)) is not None:
                    stops[told.source] = stop
            except FAILURES as error:
                failures.append(error)
        try:
            if stops or self._had_stops:  # an audit that was started anew has to be told again
                await self._audit.say_why_not(stops)
            self._had_stops = bool(stops)
        except FAILURES as error:
            failures.append(error)
        self._in_vain = self._in_vain + 1 if failures else 0
        for failure in failures:
            log.warning("signer.in_vain", error=repr(failure), looks=self._in_vain)
        self.bell.hear(self._alarms(stops))
        return stops

    def _alarms(self, stops: dict[str, Stop]) -> list[Alarm]:
        found = [Alarm(f"{NAME}/{source}", stop.name, stop.sentence) for source, stop in stops.items()]
        if self._in_vain >= SILENT_LOOKS:
            found.append(Alarm(NAME, "unsigned", "The signer gets nowhere with audit. See its log."))
        return found

    async def _look_at(self, told: Told) -> Stop | None:
        mine = self._memory.known.logs.get(told.source)
        if told.source in self._memory.known.breaks:
            mine = self._begin_anew(mine, told)
            await self._audit.open(mine)
            return None
        if (stop := stopped(mine, told)) is not None:
            return stop
        if mine is None:
            mine = self._opened(told.source, 1, None)
            self._memory.remember(mine)
        if told.log != mine.name:  # also where audit was emptied or restored, and has to be told again
            await self._audit.open(mine)
            return None
        return await self._follow(mine, told)

    async def _follow(self, mine: Remembered, told: Told) -> Stop | None:
        if told.size > mine.edge.size:
            grown = await self._hashed(mine, told.size)
            if (stop := follows(mine, grown, told)) is not None:
                return stop
            mine = self._signed(mine, grown)
            log.info("signer.signed", log=mine.name, size=grown.size)
        if told.keys <= len(mine.rotations):
            await self._audit.hand_on(mine)
        if mine.note is not None and told.signed < mine.edge.size:
            for note in self._memory.signed(mine, told.signed):
                await self._audit.hand_in(msgspec.structs.replace(mine, note=note))
        return None

    async def _hashed(self, mine: Remembered, size: int) -> Frontier:
        """The tree as it becomes when the bytes audit keeps are hashed onto what was signed."""
        edge = mine.edge
        if mine.first is not None and edge.size == 0:
            edge, _ = edge.extended([leaf_hash(mine.first.encode())])
        while edge.size < size:
            leaves = await self._audit.leaves(mine.name, edge.size, min(size, edge.size + LEAVES))
            if not leaves:
                break
            edge, _ = edge.extended(map(leaf_hash, leaves))
        return edge

    def _signed(self, mine: Remembered, grown: Frontier) -> Remembered:
        note = sign(Checkpoint(mine.origin, grown.size, grown.root()), self._memory.seed)
        signed = msgspec.structs.replace(mine, frontier=grown.to_bytes().hex(), note=str(note))
        self._memory.remember(signed)
        return signed

    def _opened(self, source: str, number: int, first: str | None) -> Remembered:
        name = next_name(source, number)
        origin = f"{self._memory.known.place}/{name}"
        key = str(public_key(origin, self._memory.seed))
        return Remembered(name=name, source=source, number=number, origin=origin, key=key, first=first)

    def _begin_anew(self, mine: Remembered | None, told: Told) -> Remembered:
        """The log that follows the one that broke. Its first leaf says what had been published of that."""
        number = max(mine.number if mine else 0, told.number)
        decided = self._memory.known.breaks[told.source]
        if number == 0:
            opened = self._opened(told.source, 1, None)  # nothing was ever published, so nothing broke
        else:
            break_ = {
                "type": "log.forked",
                "at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
                "because": decided.because,
                "by": decided.by,
                "former": mine.origin if mine else told.origin,
                "former_checkpoint": (mine.note if mine else None) or told.checkpoint,
                "size": told.size,
            }
            first = json.dumps(break_, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
            opened = self._opened(told.source, number + 1, first)
        self._memory.begin_anew(opened)
        log.warning("signer.new_log", log=opened.name, because=decided.because)
        return opened
