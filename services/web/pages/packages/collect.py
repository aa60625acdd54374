"""From the services' answers to a package: the evidence from audit, the content from whoever owns it."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec

from services.web.pages.packages.readable import pages_of
from shared.http.content_routes import Disclosed
from shared.refused import NotNow
from shared.trail_package.evidence import Evidence
from shared.trail_package.layout import Content, files_of, zipped
from shared.trail_package.verify import DIGEST, DISPOSAL, leaves_in

WAIT_S = 90.0
"""So long for what is not signed yet: the signer looks every few seconds, and promises a minute."""
LOOK_EVERY_S = 1.0
AT_ONCE = 4

Ask = Callable[[str, str], Awaitable[bytes | None]]
"""(service, path) → the body of the answer; None for what is not there, or not for this reader."""


class NoCase(Exception):
    """There is no such case for this reader, or nothing of it can be proven yet."""


class Unsettled(NotNow):
    def __init__(self) -> None:
        super().__init__(
            "Det senaste i ärendet är inte signerat än, så det kan inte bevisas. Vänta en minut och försök igen.",
            "The latest in the case is not signed yet, so it cannot be proven. Wait a minute and try again.",
        )


class Wanted(msgspec.Struct, frozen=True):
    """A digest that an event speaks of: under what name, told by whom; `plain` has no salt and is kept elsewhere."""

    digest: str
    source: str
    plain: bool


class Made(msgspec.Struct, frozen=True):
    """`name` is the case's number, or its id where it has none, as files are called."""

    name: str
    content: bytes


async def made(ask: Ask, case: UUID, known: str | None = None, wait_s: float = WAIT_S) -> Made:
    """The package of a case. `known` are checkpoints the reader holds, as `log=size,log=size`. Raises NoCase, and
    Unsettled where the latest of it is still on its way when `wait_s` is over."""
    evidence = await _evidence(ask, case, known, wait_s)
    events = {(one.log, one.position): _event(one.entry) for one in evidence.entries}
    wanted = {one.digest: one for event in events.values() for one in _digests(event)}
    contents, withheld = await _contents(ask, evidence.case, list(wanted.values()), _disposed(events.values()))
    pages = pages_of(evidence, events, contents, withheld)
    packed = await asyncio.to_thread(lambda: zipped(files_of(evidence, contents, withheld, pages)))
    return Made(file_name(evidence.number or str(case)), packed)


def file_name(number: str) -> str:
    """Each run of other characters is one hyphen."""
    kept = "".join(one if one.isascii() and one.isalnum() else " " for one in number)
    return "-".join(kept.split())


async def _evidence(ask: Ask, case: UUID, known: str | None, wait_s: float) -> Evidence:
    """Asks again while something is on its way: left out, it would look like an omission. What has not come long after
    it was due is left out, and found missing by whoever verifies."""
    deadline = asyncio.get_running_loop().time() + wait_s
    while True:
        answer = await ask("audit", f"/cases/{case}/evidence" + (f"?known={known}" if known else ""))
        evidence = None if answer is None else msgspec.json.decode(answer, type=Evidence)
        if evidence is None or not evidence.is_settling:
            break
        if asyncio.get_running_loop().time() > deadline:
            raise Unsettled
        await asyncio.sleep(LOOK_EVERY_S)
    if evidence is None or not evidence.entries:
        raise NoCase
    return evidence


async def _contents(
    ask: Ask, case: UUID, wanted: list[Wanted], disposed: frozenset[str]
) -> tuple[dict[str, Content], dict[str, str]]:
    """What was disclosed, and why the rest was not. What nobody withholds and nobody has is in neither."""
    sources = sorted({one.source for one in wanted})
    listed = dict(zip(sources, await asyncio.gather(*(_listed(ask, source, case) for source in sources)), strict=True))
    contents: dict[str, Content] = {}
    withheld: dict[str, str] = {}
    room = asyncio.Semaphore(AT_ONCE)

    async def fetch(one: Wanted, salt: str) -> None:
        async with room:
            content = await ask(one.source, f"/cases/{case}/contents/{one.digest}")
        if content is not None:
            contents[one.digest] = Content(bytes.fromhex(salt), content)

    fetching = []
    for one in wanted:
        theirs = listed[one.source]
        found = None if theirs is None else theirs.get(one.digest)
        if one.plain:
            withheld[one.digest] = "plain_digest"
        elif found is not None and found.salt is not None:
            fetching.append(fetch(one, found.salt))
        elif theirs is None or found is not None:
            withheld[one.digest] = "not_for_this_reader"
        elif one.source in disposed:
            withheld[one.digest] = "disposed"
    await asyncio.gather(*fetching)
    return contents, withheld


async def _listed(ask: Ask, source: str, case: UUID) -> dict[str, Disclosed] | None:
    answer = await ask(source, f"/cases/{case}/contents")
    if answer is None:
        return None
    return {one.digest: one for one in msgspec.json.decode(answer, type=list[Disclosed])}


def _event(entry: str) -> dict[str, Any]:
    event: dict[str, Any] = msgspec.json.decode(b64decode(entry))
    return event


def _digests(event: Mapping[str, Any]) -> Iterator[Wanted]:
    for name, value in leaves_in(event["data"]):
        if isinstance(value, str) and DIGEST.match(value):
            yield Wanted(value, str(event["source"]), name == "sha256")


def _disposed(events: Any) -> frozenset[str]:
    """Who has told that they disposed of content of the case."""
    return frozenset(str(event["source"]) for event in events if DISPOSAL.search(str(event["type"])))
