"""A broker that was killed while it made a stream leaves half of one: it starts all the same, and the stream is made
anew from the journal, for good."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from nats.js.errors import NotFoundError

from shared.broker import Away
from shared.keeper import make_stream, stream_config
from tests.service.engine.test_relay import messages
from tests.service.engine.yard import Yard, texts, things, until, written

FACTS = 30


def unlink(name: str) -> Callable[[Path], None]:
    return lambda stream: (stream / name).unlink()


def cut_to(name: str, size: int) -> Callable[[Path], None]:
    def cut(stream: Path) -> None:
        path = stream / name
        path.write_bytes(path.read_bytes()[:size])

    return cut


def nothing_but_the_folder(stream: Path) -> None:
    for path in sorted(stream.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


TEARS: dict[str, Callable[[Path], None]] = {
    "no description": unlink("meta.inf"),
    "an empty description": cut_to("meta.inf", 0),
    "half a description": cut_to("meta.inf", 40),
    "no checksum": unlink("meta.sum"),
    "half a checksum": cut_to("meta.sum", 5),
    "an empty folder": nothing_but_the_folder,
}


async def start_again(yard: Yard, tear: Callable[[Path], None] | None = None) -> None:
    """Raises ChildFailed where the broker does not come up again."""
    await yard.embedded.broker.stop()
    if tear is not None:
        tear(yard.embedded.folder.broker / "jetstream" / "box_stream" / "streams" / "box")
    await yard.embedded.broker.start()
    await until(lambda: connected(yard), "the keeper's connection")


async def connected(yard: Yard) -> bool:
    try:
        return bool((await yard.keeper.client()).is_connected)
    except Away:
        return False


async def is_there(yard: Yard) -> bool:
    try:
        await yard.stream()
    except NotFoundError:
        return False
    return True


@pytest.mark.parametrize("tear", TEARS.values(), ids=TEARS)
async def test_a_half_made_stream_is_made_anew_and_stays(yard: Yard, tear: Callable[[Path], None]) -> None:
    pool = await yard.pool("box")
    await written(pool, things(FACTS))
    relay = await yard.relay()
    await relay.forward()
    await start_again(yard, tear)
    assert not await is_there(yard)

    await (await yard.relay()).forward()
    assert await messages(yard) == await texts(pool)

    await start_again(yard)
    assert await messages(yard) == await texts(pool)


async def test_control_made_over_its_remains_it_is_lost_again(yard: Yard) -> None:
    await start_again(yard, TEARS["no checksum"])
    await make_stream(await yard.keeper.js(), stream_config("box"))
    assert await is_there(yard)

    await start_again(yard)

    assert not await is_there(yard)
