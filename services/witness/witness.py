"""The witness at work: one look at one log, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from services.witness.following import Followed, Unreachable
from services.witness.memory import Memory, Seen, Waiting
from shared.merkle import consistency_needs, consistency_path, root_at, root_needs, verify_consistency
from shared.tlog.checkpoints import Checkpoint, cosign, opened, read_checkpoint
from shared.tlog.notes import Key, Malformed, Note, NotSigned
from shared.tlog.rotation import in_office, tenures


class Outcome(NamedTuple):
    """`well` is False where somebody has to look at the log; the sentence is for them."""

    well: bool
    sentence: str


def _well(sentence: str) -> Outcome:
    return Outcome(well=True, sentence=sentence)


def _ill(sentence: str) -> Outcome:
    return Outcome(well=False, sentence=sentence)


class Witness:
    """`pinned` are the keys that were handed over by another way, each by the origin it is the key of."""

    def __init__(self, memory: Memory, pinned: Mapping[str, Key], now_s: Callable[[], float] = time.time) -> None:
        self._memory = memory
        self._pinned = pinned
        self._now_s = now_s

    async def look(self, log: Followed) -> Outcome:
        """Checks the newest checkpoint against what was last cosigned, and cosigns it where it follows from that."""
        try:
            note = await log.checkpoint()
            checkpoint = await self._opened(note, log)
            seen = self._memory.known.logs.get(checkpoint.origin)
            if seen is not None and seen.forked:
                return _ill(f"{checkpoint.origin} has shown two histories. Nothing more is said about it.")
            if seen is None or checkpoint.size > seen.size:
                if not await _follows(seen, checkpoint, log) and seen is not None:
                    return self._forked(checkpoint.origin, seen, note)
                seen = self._cosigned(seen, checkpoint, note)
            elif checkpoint.size < seen.size:
                return _ill(
                    f"{checkpoint.origin} shows {checkpoint.size} entries, and it had {seen.size}. It is not cosigned.",
                )
            elif checkpoint.root.hex() != seen.root:
                return self._forked(checkpoint.origin, seen, note)
            return await self._handed_in(checkpoint.origin, seen, log)
        except Unreachable as error:
            return _ill(f"{error}. Tried again later.")
        except (Malformed, NotSigned, KeyError) as error:
            return _ill(f"{log.prefix} is not believed: {error}")

    async def _opened(self, note: Note, log: Followed) -> Checkpoint:
        """Raises NotSigned where no key that was handed over, or that one led to, may have signed it."""
        origin = read_checkpoint(note.text).origin
        if (pinned := self._pinned.get(origin)) is None:
            raise NotSigned(f"the key of {origin} was not handed over (--key)")
        try:
            return opened(note, [pinned])
        except NotSigned:
            terms = tenures(pinned, await log.handed_on())
            checkpoint = opened(note, [each.key for each in terms])
            opened(note, in_office(terms, checkpoint.size))
            return checkpoint

    def _cosigned(self, seen: Seen | None, checkpoint: Checkpoint, note: Note) -> Seen:
        line = cosign(note, self._memory.key.name, self._memory.seed, int(self._now_s()))
        waiting = (*(seen.waiting if seen else ()), Waiting(checkpoint.size, line.line()))
        kept = Seen(checkpoint.size, checkpoint.root.hex(), str(note.with_lines([line])), waiting=waiting)
        self._memory.remember(checkpoint.origin, kept)
        return kept

    def _forked(self, origin: str, seen: Seen, note: Note) -> Outcome:
        proof = self._memory.keep_proof(origin, seen.note, str(note))
        self._memory.remember(origin, msgspec.structs.replace(seen, forked=True))
        return _ill(f"{origin} HAS SHOWN TWO HISTORIES. The proof is {proof}. Nothing more is said about this log.")

    async def _handed_in(self, origin: str, seen: Seen, log: Followed) -> Outcome:
        """What waits, oldest first; what is not taken waits on."""
        said = f"{origin} has only grown, up to {seen.size}."
        if not log.hands_in:
            return _well(said)
        for each in seen.waiting:
            try:
                await log.hand_in(each.size, str(self._memory.key), each.line)
            except Unreachable as error:
                return _well(f"{said} The cosignature waits: {error}")
            seen = msgspec.structs.replace(seen, waiting=tuple(other for other in seen.waiting if other != each))
            self._memory.remember(origin, seen)
        return _well(said)


async def _follows(seen: Seen | None, checkpoint: Checkpoint, log: Followed) -> bool:
    """Whether the tree grew from what was cosigned; the first time there is nothing to compare with.

    Raises Unreachable where the log's tiles are not those of its own checkpoint: that proves nothing yet, and may be a
    matter of transport.
    """
    size = checkpoint.size
    needs = [*root_needs(size), *(consistency_needs(seen.size, size) if seen else ())]
    node_at = await log.nodes(needs, size)
    if root_at(size, node_at) != checkpoint.root:
        raise Unreachable(f"{log.prefix} has tiles that are not those of its checkpoint")
    if seen is None:
        return True
    path = consistency_path(seen.size, size, node_at)
    return verify_consistency(seen.size, size, path, bytes.fromhex(seen.root), checkpoint.root)
