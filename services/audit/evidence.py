"""The evidence of a case: its whole story, every entry with the path to a signed checkpoint, and the log it is in.

Nothing here is content: names, words and files lie with the services that own them. A package is made of both.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import msgspec

from services.audit import checkpoints, logs
from services.audit.logs import Log
from services.audit.overdue import UNSIGNED_FOR_S
from services.audit.story import Story, Told, story_of
from services.audit.views import barred_from
from shared.merkle import NodeRange, inclusion_needs, inclusion_path, stored_nodes
from shared.refused import NotNow, Refused, Unknown
from shared.trail_package.evidence import Earlier, Evidence, Followed, Proved, Stamped

EARLIER_MAX = 200
"""Earlier checkpoints of one log. Whoever holds another names it, and gets the path from that one too."""
DAYS, MONTHS = 31, 60

FIRST_AFTER = """
select distinct (select min(size) from checkpoint where log = $1 and size >= want and size < $3) as size
from unnest($2::bigint[]) as want
"""
LAST_OF_EACH = """
select max(size) as size from checkpoint where log = $1 and size < $4 group by date_trunc($2, taken_at)
order by 1 desc limit $3
"""
ASKED = "select size from checkpoint where log = $1 and size = $2"
STAMPED_AFTER = """
select distinct (select min(size) from stamp where log = $1 and size >= want and size <= $3) as size
from unnest($2::bigint[]) as want
"""
STAMPS = "select size, token from stamp where log = $1 and size = any($2) order by size"
STILL_COMING = """
select max(recorded_at) > clock_timestamp() - make_interval(secs => $2)
from concern join entry using (source, position) where concern.subject = $1
"""
COSIGNED_BY = "select distinct key from cosignature where log = $1 and size = any($2) order by key"


class NothingSigned(NotNow):
    def __init__(self) -> None:
        super().__init__(
            "Ingenting är signerat än, så inget kan bevisas.", "Nothing has been signed yet, so nothing can be proven."
        )


class Conflicted(Refused):
    def __init__(self) -> None:
        super().__init__(
            "Någon händelse här rör ett ärende där du är jävig. Be någon annan ta ut spåret.",
            "An event here concerns a case in which you have a conflict of interest. Ask somebody else for it.",
        )


async def evidence(connection: Any, case: UUID, person: UUID, known: Iterable[tuple[str, int]]) -> Evidence:
    """`known` are (log, size) of checkpoints the reader holds. Raises Unknown, Conflicted, NothingSigned, TooLong."""
    story = await story_of(connection, case)
    cases = {id_ for one in story.told if one.is_own for id_ in _cases(one)}
    barred = await barred_from(connection, person, {case, *cases})
    if case in barred or not any(one.is_own for one in story.told):
        raise Unknown
    if barred:
        raise Conflicted
    followed = await logs.latest(connection)
    if not followed:
        raise NothingSigned
    asked = dict(known)
    shown, entries, proven = [], [], []
    for source, log in sorted(followed.items()):
        size, _ = await checkpoints.newest(connection, log)
        signed = [one for one in story.told if one.source == source and one.position <= size - log.before]
        if size:
            shown.append(await _followed(connection, log, size, signed, asked.get(log.name)))
            entries += await _proved(connection, log, size, signed)
            proven += signed
    waits = _waits(story, proven)
    settles = bool(waits) and await connection.fetchval(STILL_COMING, case, UNSIGNED_FOR_S)
    return Evidence(case, _number(story), shown, entries, waits, settles)


def _waits(story: Story, proven: list[Told]) -> list[str]:
    """What of the case is not signed yet. What is newer about somebody else can wait: nothing here followed from it."""
    signed = {(one.source, one.position) for one in proven}
    unsigned = [one for one in story.told if one.is_own and (one.source, one.position) not in signed]
    return [*(f"{one.source} {one.position}" for one in unsigned), *story.missing(proven)]


async def _proved(connection: Any, log: Log, size: int, told: list[Told]) -> list[Proved]:
    indexes = [one.position - 1 + log.before for one in told]
    needs = [need for index in indexes for need in inclusion_needs(index, size)]
    node_at = stored_nodes(await logs.nodes(connection, log, needs))
    return [
        Proved(log.name, one.position, index, _text(one.text), _texts(inclusion_path(index, size, node_at)))
        for one, index in zip(told, indexes, strict=True)
    ]


async def _followed(connection: Any, log: Log, size: int, told: list[Told], asked: int | None) -> Followed:
    sizes = await _earlier_sizes(
        connection, log, size, [one.position + log.before for one in told if one.is_own], asked
    )
    needs = [need for old in sizes for need in (*inclusion_needs(old - 1, size), NodeRange(0, old - 1, old))]
    needs += inclusion_needs(0, size) if log.before else []
    node_at = stored_nodes(await logs.nodes(connection, log, needs))
    notes = await checkpoints.several(connection, log, [*sizes, size])
    earlier = [
        Earlier(old, str(notes[old]), _texts([node_at(0, old - 1), *inclusion_path(old - 1, size, node_at)]))
        for old in sizes
    ]
    keys = await checkpoints.rotations(connection, log)
    witnesses = await connection.fetch(COSIGNED_BY, log.name, [*sizes, size])
    stamps = await connection.fetch(STAMPS, log.name, [*sizes, size])
    return Followed(
        name=log.name,
        source=log.source,
        origin=log.origin,
        checkpoint=str(notes[size]),
        size=size,
        keys=[key for key, _ in keys],
        rotations=[note for _, note in keys if note is not None],
        witnesses=[row["key"] for row in witnesses],
        earlier=earlier,
        stamps=[Stamped(row["size"], _text(row["token"])) for row in stamps],
        first=log.first,
        first_path=_texts(inclusion_path(0, size, node_at)) if log.before else [],
    )


async def _earlier_sizes(connection: Any, log: Log, size: int, wanted: list[int], asked: int | None) -> list[int]:
    """The first checkpoint and the first stamped one after each of the case's own entries, the last of each day and
    month, and the one asked for."""
    rows = await connection.fetch(FIRST_AFTER, log.name, wanted, size)
    rows += await connection.fetch(STAMPED_AFTER, log.name, wanted, size)
    for every, limit in (("day", DAYS), ("month", MONTHS)):
        rows += await connection.fetch(LAST_OF_EACH, log.name, every, limit, size)
    found = {row["size"] for row in rows if row["size"] is not None and row["size"] < size}
    kept = set(sorted(found, reverse=True)[:EARLIER_MAX])
    if asked is not None and 0 < asked < size and await connection.fetchval(ASKED, log.name, asked):
        kept.add(asked)
    return sorted(kept)


def _cases(told: Told) -> set[UUID]:
    data: Mapping[str, Any] = msgspec.json.decode(told.envelope.data)
    return {UUID(one) for one in (*data.get("cases", ()), data.get("case")) if one}


def _number(story: Story) -> str | None:
    """The registration number, where the case has come so far."""
    for one in story.told:
        if one.is_own and one.envelope.type == "case.registered":
            return str(msgspec.json.decode(one.envelope.data)["number"])
    return None


def _text(content: bytes) -> str:
    return b64encode(content).decode()


def _texts(hashes: Iterable[bytes]) -> list[str]:
    return [_text(each) for each in hashes]
