"""Checkpoints: what the signer hands in and witnesses add to, kept for ever and shown to anybody.

Nothing is taken on trust: a checkpoint must be signed by the log's key of that time and be that of the tree kept here,
a key must be handed on by the one before, and a cosignature must be one of that very checkpoint.
"""

from __future__ import annotations

from typing import Any

from services.audit import logs
from services.audit.logs import Log
from shared.merkle import root_at, root_needs, stored_nodes
from shared.refused import NotNow, Refused, Unknown
from shared.tlog.checkpoints import Checkpoint, is_cosigned, opened
from shared.tlog.notes import Key, Malformed, Note, NotSigned, Signature, read_key, read_note, read_signatures
from shared.tlog.rotation import Tenure, handed_on, in_office, tenures

NEWEST = "select size, note from checkpoint where log = $1 order by size desc limit 1"
AT = "select size, note from checkpoint where log = $1 and size = $2"
AFTER = "select size from checkpoint where log = $1 and size > $2 order by size limit $3"
THESE = "select size, note from checkpoint where log = $1 and size = any($2)"
THEIR_LINES = "select size, line from cosignature where log = $1 and size = any($2) order by taken_at, key"
LINES = "select line from cosignature where log = $1 and size = $2 order by taken_at, key"
KEYS = "select key, note from log_key where log = $1 order by number"
ADD_LOG = """
insert into log (name, source, number, origin, first) values ($1, $2, $3, $4, $5) on conflict do nothing
"""
ADD_KEY = "insert into log_key (log, number, key, note) values ($1, $2, $3, $4) on conflict do nothing"
ADD_CHECKPOINT = "insert into checkpoint (log, size, note) values ($1, $2, $3) on conflict do nothing"
ADD_LINE = "insert into cosignature (log, size, key, line) values ($1, $2, $3, $4) on conflict do nothing"
WITNESSES_MAX = 50
"""Of one checkpoint. Whoever may add one may add many; a page of them is enough."""


class NotOurs(Refused):
    """What was handed in is not what it would have to be."""

    def __init__(self, why: Exception | str) -> None:
        super().__init__("Det är inte vad det skulle behöva vara, och tas inte emot.", f"That is not taken: {why}")


class NoCheckpoint(NotNow):
    def __init__(self) -> None:
        super().__init__("Den storleken är inte signerad.", "That size has not been signed.")


# ----------------------------------------------------------------------------------------------------- from the signer


async def open_log(connection: Any, log: Log, key: Key) -> None:
    """Raises NotOurs where there is another log of that name or place, or the key is not the log's."""
    if key.name != log.origin:
        raise NotOurs("the key is another log's")
    async with connection.transaction():
        await connection.execute(ADD_LOG, log.name, log.source, log.number, log.origin, log.first)
        await connection.execute(ADD_KEY, log.name, 1, str(key), None)
        found = await connection.fetchrow(f"{logs.NAMED} and source = $2", log.name, log.source)
        if found is None or Log(*found) != log or (await _keys(connection, log))[0][0] != str(key):
            raise NotOurs("there is another log of that name, or in its place")


async def take_key(connection: Any, log: Log, written: str) -> None:
    """The next key, handed on by the one before. What is known is not taken twice. Raises NotOurs."""
    known = await _keys(connection, log)
    if written in (note for _, note in known):
        return
    try:
        rotation = handed_on(read_key(known[-1][0]), read_note(written))
    except (Malformed, NotSigned) as error:
        raise NotOurs(error) from error
    await connection.execute(ADD_KEY, log.name, len(known) + 1, str(rotation.key), written)


async def take(connection: Any, log: Log, written: str) -> int:
    """A signed checkpoint of the tree that is kept here; returns its size. Raises NotOurs."""
    try:
        note = read_note(written)
        checkpoint = opened_in_time(note, await terms(connection, log))
    except (Malformed, NotSigned) as error:
        raise NotOurs(error) from error
    if checkpoint.origin != log.origin or checkpoint.root != await _root(connection, log, checkpoint.size):
        raise NotOurs("that is not how the tree stood")
    await connection.execute(ADD_CHECKPOINT, log.name, checkpoint.size, written)
    return checkpoint.size


def opened_in_time(note: Note, keys: list[Tenure]) -> Checkpoint:
    """Raises as `opened`, and NotSigned where the key that signed had been followed by another by then."""
    checkpoint = opened(note, [each.key for each in keys])
    opened(note, in_office(keys, checkpoint.size))
    return checkpoint


async def terms(connection: Any, log: Log) -> list[Tenure]:
    """Its keys, each with how far it may have signed. Raises NotSigned where somebody has put in another."""
    kept = await _keys(connection, log)
    return tenures(read_key(kept[0][0]), [read_note(note) for _, note in kept if note is not None])


async def _keys(connection: Any, log: Log) -> list[tuple[str, str | None]]:
    return [(row["key"], row["note"]) for row in await connection.fetch(KEYS, log.name)]


async def _root(connection: Any, log: Log, size: int) -> bytes | None:
    if not 0 < size <= (await logs.head(connection, log)).size:
        return None
    return root_at(size, stored_nodes(await logs.nodes(connection, log, root_needs(size))))


# --------------------------------------------------------------------------------------------------- for whoever asks


async def shown(connection: Any, log: Log, size: int | None = None) -> Note:
    """A checkpoint with all its signatures: the newest, or the one of that size. Raises Unknown."""
    row = await connection.fetchrow(NEWEST, log.name) if size is None else await _at(connection, log, size)
    if row is None:
        raise Unknown
    lines = [each["line"] for each in await connection.fetch(LINES, log.name, row["size"])]
    return read_note(row["note"]).with_lines([signature for line in lines for signature in read_signatures(line)])


async def several(connection: Any, log: Log, wanted: list[int]) -> dict[int, Note]:
    """The checkpoints of these sizes, as far as there are any, with all their signatures: in two statements."""
    notes = {row["size"]: read_note(row["note"]) for row in await connection.fetch(THESE, log.name, wanted)}
    for row in await connection.fetch(THEIR_LINES, log.name, wanted):
        notes[row["size"]] = notes[row["size"]].with_lines(read_signatures(row["line"]))
    return notes


async def newest(connection: Any, log: Log) -> tuple[int, str | None]:
    """Its size and text, without cosignatures; 0 and None before the first."""
    row = await connection.fetchrow(NEWEST, log.name)
    return (0, None) if row is None else (row["size"], row["note"])


async def sizes(connection: Any, log: Log, after: int, limit: int) -> list[int]:
    return [row["size"] for row in await connection.fetch(AFTER, log.name, after, limit)]


async def rotations(connection: Any, log: Log) -> list[tuple[str, str | None]]:
    """Each key of the log, and the note by which the one before handed on to it."""
    return await _keys(connection, log)


async def cosigned(connection: Any, log: Log, size: int, vkey: str, line: str) -> Note:
    """Adds a witness's line to a checkpoint, and returns it as it then stands. Raises NotOurs, NoCheckpoint."""
    row = await _at(connection, log, size)
    if row is None:
        raise NoCheckpoint
    note = read_note(row["note"])
    try:
        key, (signature,) = read_key(vkey), _one(line)
    except Malformed as error:
        raise NotOurs(error) from error
    if key.name == log.origin or not is_cosigned(key, signature, note.text):
        raise NotOurs("that is no cosignature of this checkpoint by that key")
    count = await connection.fetchval("select count(*) from cosignature where log = $1 and size = $2", log.name, size)
    if count >= WITNESSES_MAX:
        raise NotOurs(f"it has {WITNESSES_MAX} cosignatures already")
    await connection.execute(ADD_LINE, log.name, size, vkey, signature.line())
    return await shown(connection, log, size)


def _one(line: str) -> tuple[Signature]:
    signatures = read_signatures(line)
    if len(signatures) != 1:
        raise Malformed("One cosignature is handed in at a time.")
    return (signatures[0],)


async def _at(connection: Any, log: Log, size: int) -> Any:
    return await connection.fetchrow(AT, log.name, size)
