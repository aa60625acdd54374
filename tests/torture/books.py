"""The books as they stand: each service's journal and what lies around it, read straight from its database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from infra.estate import SERVICES
from shared.envelope import Envelope, unseal
from tests.torture.estate import Estate


@dataclass(frozen=True)
class Book:
    """One service's own book. `texts` and `envelopes` are in the order of `positions`."""

    name: str
    head: int
    positions: list[int]
    texts: list[str]
    envelopes: list[Envelope]
    bookmarks: dict[str, int]
    parked: list[tuple[UUID, ...]]


@dataclass(frozen=True)
class Tree:
    size: int
    root: bytes


async def read_books(estate: Estate) -> dict[str, Book]:
    return {name: await _read(estate, name) for name in estate.names}


async def keep_books(estate: Estate, folder: Path) -> None:
    """Every journal as it stands, a line a fact, for whoever must find out what went wrong."""
    folder.mkdir(exist_ok=True)
    for name, book in (await read_books(estate)).items():
        (folder / f"{name}.ndjson").write_text("".join(f"{text}\n" for text in book.texts))


async def heads_and_bookmarks(estate: Estate) -> dict[str, tuple[int, dict[str, int]]]:
    """How far each service has told and heard."""
    standing = {}
    for name in estate.names:
        connection = await asyncpg.connect(estate.owner_url(name))
        try:
            rows = await connection.fetch("select source, position from bookmark")
            standing[name] = (int(await connection.fetchval("select position from head")), dict(map(tuple, rows)))
        finally:
            await connection.close()
    return standing


async def read_trail(estate: Estate, source: str) -> tuple[list[tuple[int, bytes]], Tree]:
    """What audit has kept of a source, and its tree."""
    connection = await asyncpg.connect(estate.owner_url("audit"))
    try:
        rows = await connection.fetch("select position, text from entry where source = $1 order by position", source)
        tree = await connection.fetchrow("select size, root from tree where source = $1", source)
    finally:
        await connection.close()
    return [(row["position"], row["text"]) for row in rows], Tree(tree["size"], tree["root"]) if tree else Tree(0, b"")


async def owners_without_key(estate: Estate, name: str) -> list[tuple[UUID, str]]:
    """Whose content is stored without a key that opens it."""
    if not next(one for one in SERVICES if one.name == name).has_keys:
        return []
    content = await asyncpg.connect(estate.owner_url(name))
    keys = await asyncpg.connect(estate.keys_owner_url(name))
    try:
        stored = {
            (row["owner"], row["scope"]) for row in await content.fetch("select distinct owner, scope from store")
        }
        have = {(row["owner"], row["scope"]) for row in await keys.fetch("select owner, scope from key")}
    finally:
        await content.close()
        await keys.close()
    return sorted(stored - have)


async def _read(estate: Estate, name: str) -> Book:
    connection = await asyncpg.connect(estate.owner_url(name))
    try:
        rows = await connection.fetch("select position, event::text as text from journal order by position")
        return Book(
            name=name,
            head=int(await connection.fetchval("select position from head")),
            positions=[row["position"] for row in rows],
            texts=[row["text"] for row in rows],
            envelopes=[unseal(row["text"]) for row in rows],
            bookmarks=dict(map(tuple, await connection.fetch("select source, position from bookmark"))),
            parked=[tuple(row["subjects"]) for row in await connection.fetch("select subjects from parked")],
        )
    finally:
        await connection.close()
