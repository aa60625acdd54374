"""Completeness: how far each source has told, as its stream says, and how far audit has kept it."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import nats.errors
import structlog
from nats.js.errors import Error as StreamError

from services.audit import trees
from shared.broker import Broker

ASK_TIMEOUT_S = 1.0

log = structlog.get_logger()


class Standing(msgspec.Struct, frozen=True):
    """`size` entries are kept, with this root in hexadecimal. `last` is the stream's last: None if nobody answers."""

    source: str
    size: int
    root: str
    last: int | None
    complete: bool | None


class Completeness(msgspec.Struct, frozen=True):
    sources: list[Standing]


async def completeness(connection: Any, broker: Broker) -> Completeness:
    """Streams are asked before trees are read: what is complete then has at least what was told when it was asked."""
    lasts = await stream_lasts(broker)
    return Completeness([_standing(head, lasts[head.source]) for head in await trees.heads(connection)])


async def stream_lasts(broker: Broker) -> dict[str, int | None]:
    """The last number of each source's stream, None where the broker does not say."""
    answers = await asyncio.gather(*(_last(broker, source) for source in trees.SOURCES))
    return dict(zip(trees.SOURCES, answers, strict=True))


async def _last(broker: Broker, source: str) -> int | None:
    try:
        async with asyncio.timeout(ASK_TIMEOUT_S):
            return int((await (await broker.js()).stream_info(source)).state.last_seq)
    except (TimeoutError, OSError, StreamError, nats.errors.Error) as error:
        log.info("stream.silent", source=source, error=repr(error))
        return None


def _standing(head: trees.Head, last: int | None) -> Standing:
    complete = None if last is None else head.size >= last
    return Standing(head.source, head.size, head.root.hex(), last, complete)
