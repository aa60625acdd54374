"""R-3: every safeguard switched off in turn loses events or does them twice; with it on, the same seed does neither.

Each pair is one schedule, the same step by step; only the switch differs. No outcome depends on who is quicker.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.relay import Ahead, Relay
from tests.torture.faults_of_storage import flip
from tests.torture.ground import TELLS, Effects, Ground, Moved

pytestmark = pytest.mark.torture

SEEDS = (1, 2)
LARGE_BYTES = 60_000
"""Of an event, so that a few hundred fill several of the broker's block files."""

LARGE_FACTS = 400
SMALL_FACTS = 600
DEATHS = 5
GAPS_MAX = 4
"""A reader that stands before the same gap this often, the relay having looked each time, will never pass it."""


@pytest.fixture(scope="module")
async def laid_out(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    ground = Ground(tmp_path_factory.mktemp("ground"))
    try:
        await ground.open()
        yield ground
    finally:
        await ground.close()


@pytest.fixture
async def ground(laid_out: Ground) -> Ground:
    await laid_out.clear()
    return laid_out


def switched(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(name, [True, False], ids=[f"with {name}", f"control without {name}"])


def judge(safeguard: bool, lost: int, doubled: int) -> None:
    print(f"lost {lost}, doubled {doubled}")  # the figures that R-3 asks for
    if safeguard:
        assert (lost, doubled) == (0, 0)
    else:
        assert lost + doubled > 0, "the control: without the safeguard something goes wrong, or this test sees nothing"


@pytest.mark.parametrize("seed", SEEDS)
@switched("checks_gaps")
async def test_r3_no_event_is_passed_over_in_a_stream_with_a_hole(ground: Ground, checks_gaps: bool, seed: int) -> None:
    """The reader comes to the rotten stream before its relay has seen that it is rotten."""
    chance = random.Random(seed)
    await ground.tell(LARGE_FACTS, chance, LARGE_BYTES)
    await ground.level(ground.relay())
    await rot_behind(ground, chance)
    reader = ground.reader(Effects(set()), checks_gaps=checks_gaps)
    await reader.to_the_end_or_a_gap()
    await ground.level(ground.relay())
    await reader.to_the_end_or_a_gap()
    judge(checks_gaps, *await ground.lost_and_doubled())


@pytest.mark.parametrize("seed", SEEDS)
@switched("looks_for_holes")
async def test_r3_a_stream_with_a_hole_is_made_whole(ground: Ground, looks_for_holes: bool, seed: int) -> None:
    """The readers cannot pass the hole, and being new each time never tell the keeper: the relay alone can help."""
    chance = random.Random(seed)
    await ground.tell(LARGE_FACTS, chance, LARGE_BYTES)
    await ground.level(ground.relay())
    await rot_behind(ground, chance)
    for _ in range(GAPS_MAX):
        await ground.level(ground.relay(looks_for_holes=looks_for_holes))
        await ground.reader(Effects(set())).to_the_end_or_a_gap()
    judge(looks_for_holes, *await ground.lost_and_doubled())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("where", ["in the middle", "at the end"])
@switched("tells_the_keeper")
async def test_r3_a_message_nobody_can_read_is_made_again_though_all_numbers_are_in_order(
    ground: Ground, tells_the_keeper: bool, where: str, seed: int
) -> None:
    """Rot under a broker that was stopped in order: it trusts what it noted, so its relay sees nothing wrong."""
    chance = random.Random(seed)
    await ground.tell(SMALL_FACTS, chance)
    await ground.level(ground.relay())
    await rot_unseen(ground, chance, where)
    reader = ground.reader(Effects(set()))
    for _ in range(GAPS_MAX):
        await ground.level(ground.relay())
        if await reader.to_the_end_or_a_gap():
            break
        reader = (
            reader if tells_the_keeper else ground.reader(Effects(set()))
        )  # a new one meets its gaps for the first time
    judge(tells_the_keeper, *await ground.lost_and_doubled())


@pytest.mark.parametrize("seed", SEEDS)
@switched("moves_with_effect")
async def test_r3_an_effect_that_was_undone_is_done_again(ground: Ground, moves_with_effect: bool, seed: int) -> None:
    """The reader's connection dies in the middle of its work, after some events and before others."""
    chance = random.Random(seed)
    texts = await ground.tell(SMALL_FACTS, chance)
    await ground.level(ground.relay())
    dying = Effects(set(chance.sample(texts, DEATHS)))
    await ground.reader(dying, moves_with_effect=moves_with_effect).to_the_end()
    judge(moves_with_effect, *await ground.lost_and_doubled())


@pytest.mark.parametrize("seed", SEEDS)
@switched("moves_with_effect")
async def test_r3_two_readers_do_nothing_twice(ground: Ground, moves_with_effect: bool, seed: int) -> None:
    """Both have read their bookmark before either moves it, as two replicas that start together."""
    await ground.tell(SMALL_FACTS, random.Random(seed))
    await ground.level(ground.relay())
    meet = Meeting(2)
    readers = [ground.reader(Effects(set()), meet.once(), moves_with_effect=moves_with_effect) for _ in range(2)]
    await asyncio.gather(*(reader.to_the_end() for reader in readers))
    judge(moves_with_effect, *await ground.lost_and_doubled())


@pytest.mark.parametrize("seed", SEEDS)
@switched("conditional")
async def test_r3_two_relays_publish_nothing_twice(ground: Ground, conditional: bool, seed: int) -> None:
    """Both have looked how far the stream has come before either publishes."""
    await ground.tell(SMALL_FACTS, random.Random(seed))
    meet = Meeting(2)
    relays = [MeetingRelay(ground, meet, conditional) for _ in range(2)]
    await asyncio.gather(*(until_level_or_ahead(ground, relay) for relay in relays))
    await ground.reader(Effects(set())).to_the_end()
    judge(conditional, *await ground.lost_and_doubled())


class Meeting:
    """Where several wait for each other, each of them once."""

    def __init__(self, parties: int) -> None:
        self._barrier = asyncio.Barrier(parties)

    def once(self) -> Moved:
        waited = False

        async def wait(source: str, position: int) -> None:
            nonlocal waited
            if not waited:
                waited = True
                await self._barrier.wait()

        return wait


class MeetingRelay(Relay):
    """Waits for the other between looking and publishing, the first time."""

    def __init__(self, ground: Ground, meeting: Meeting, conditional: bool) -> None:
        super().__init__(TELLS, ground.told, ground.teller, conditional=conditional)
        self._wait = meeting.once()

    async def _look(self) -> int:
        last = await super()._look()
        await self._wait(TELLS, last)
        return last


async def until_level_or_ahead(ground: Ground, relay: Relay) -> None:
    """A relay that finds more in its stream than in its journal goes no further: the harm is done, and is counted."""
    with contextlib.suppress(Ahead):
        await ground.level(relay)


async def rot_behind(ground: Ground, chance: random.Random) -> None:
    """A bit of a block that is not the last, under a broker that was killed: it drops what stands behind, silently."""
    server = ground.servers.broker
    await ground.servers.kill_families(server)
    blocks = blocks_of(ground)
    assert len(blocks) > 1, "the hole is to be in the middle"
    block = chance.choice(blocks[:-1])
    flip(block, chance.randrange(block.stat().st_size), 1 << chance.randrange(8))
    await ground.revive_the_broker()


async def rot_unseen(ground: Ground, chance: random.Random, where: str) -> None:
    """A bit of one message's text, under a broker that was stopped in order."""
    server = ground.servers.broker
    await server.stop()
    block = blocks_of(ground)[-1]
    text = block.read_bytes()
    number = text.rindex(b'{"subject"') if where == "at the end" else chance.choice(texts_in(text)[1:-1])
    flip(block, number + chance.randrange(20), 1 << chance.randrange(8))
    await ground.revive_the_broker()


def texts_in(block: bytes) -> list[int]:
    return [match.start() for match in re.finditer(rb'\{"subject"', block)]


def blocks_of(ground: Ground) -> list[Path]:
    return sorted(ground.servers.folder.broker.rglob("msgs/*.blk"), key=lambda block: int(block.stem))
