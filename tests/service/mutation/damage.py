"""What a tamperer does to the books, and how what was found is read: by place, and nothing else may be named."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from services.command.failure import Failure
from services.command.outside import brought
from shared.merkle import EMPTY_FRONTIER, leaf_hash
from shared.tlog.checkpoints import Checkpoint, sign
from tests.service.mutation.ground import SOURCES, Books, Ground


def a_source(chance: random.Random) -> str:
    return chance.choice(SOURCES)


def a_position(books: Books, chance: random.Random) -> int:
    return chance.randint(1, len(books.texts))


def a_name(chance: random.Random) -> str:
    return f"kept-{chance.getrandbits(64):x}"


def any_byte(text: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(text))
    return text[:at] + bytes([text[at] ^ chance.randint(1, 255)]) + text[at + 1 :]


def a_letter(text: bytes, chance: random.Random) -> str:
    """One byte within a string, so that it is JSON still: its column takes nothing else."""
    inside = [at for at, is_inside in enumerate(_strings(text)) if is_inside and chr(text[at]).isalnum()]
    at = chance.choice(inside)
    return (text[:at] + (b"b" if text[at : at + 1] == b"a" else b"a") + text[at + 1 :]).decode()


def _strings(text: bytes) -> list[bool]:
    found, inside = [], False
    for each in text:
        inside = not inside if each == ord('"') else inside
        found.append(inside and each != ord('"'))
    return found


def edited(texts: list[bytes], position: int, chance: random.Random) -> list[bytes]:
    return [*texts[: position - 1], a_letter(texts[position - 1], chance).encode(), *texts[position:]]


def inserted(texts: list[bytes], position: int) -> list[bytes]:
    return [*texts[: position - 1], b'{"never":"told"}', *texts[position - 1 :]]


async def put(books: Books, position: int, text: bytes, leaf: bytes | None = None) -> None:
    await books.audit.execute(
        "update entry set text = $3, leaf = coalesce($4, leaf) where source = $1 and position = $2",
        books.source,
        position,
        text,
        leaf,
    )


async def set_both(books: Books, texts: list[bytes]) -> None:
    await books.set_journal(texts)
    await books.set_trail(texts)


async def sign_again(ground: Ground, books: Books) -> None:
    """With the log's own key, in a thief's hands: every checkpoint that the book now allows, and one of all of it."""
    rows = await books.audit.fetch("select text from entry where source = $1 order by position", books.source)
    sizes = {size for size in ground.sizes[books.source] if size < len(rows)} | {len(rows)}
    edge, notes = EMPTY_FRONTIER, []
    for row in rows:
        edge, _ = edge.extended([leaf_hash(row["text"])])
        if edge.size in sizes:
            checkpoint = Checkpoint(ground.desk.mine(books.source).origin, edge.size, edge.root())
            notes.append((books.source, edge.size, str(sign(checkpoint, ground.desk.memory.seed))))
    for table in ("cosignature", "checkpoint"):
        await books.audit.execute(f"delete from {table} where log = $1", books.source)
    await books.audit.executemany("insert into checkpoint (log, size, note) values ($1, $2, $3)", notes)


# -------------------------------------------------------------------------------------------------- what is found


def one_of(found: dict[str, Any], books: Books) -> dict[str, Any]:
    (one,) = [each for each in found["sources"] if each["source"] == books.source]
    return one


def whole(found: dict[str, Any], books: Books) -> bool:
    return bool(one_of(found, books)["whole"])


def named(found: dict[str, Any], books: Books) -> dict[int, str]:
    """Entry → what is said of it, in every book: nothing else may be named."""
    named_at = {(each["source"], one["position"]): one["what"] for each in found["sources"] for one in each["findings"]}
    assert not found["holds"] or not named_at
    return {(position if source == books.source else -position): what for (source, position), what in named_at.items()}


def ranges(found: dict[str, Any], books: Books, what: str) -> list[tuple[int, int]]:
    return [(one["first"], one["last"]) for one in one_of(found, books)["ranges"] if one["what"] == what]


def rewritten(found: dict[str, Any], books: Books) -> list[tuple[int, int]]:
    return ranges(found, books, "rewritten")


def places(found: dict[str, Any], source: str) -> list[tuple[int, int]]:
    """What the files from outside say is no longer as it was."""
    return [
        (one["first"], one["last"]) for each in found["outside"] if each["source"] == source for one in each["unlike"]
    ]


def around(ground: Ground, books: Books, position: int) -> list[tuple[int, int]]:
    """Between the two checkpoints next to an entry."""
    sizes = ground.sizes[books.source]
    return [
        (max([0, *(size for size in sizes if size < position)]) + 1, min(size for size in sizes if size >= position))
    ]


def refused(ground: Ground, written: str, like: Path) -> bool:
    """Whether an outsider with the right key refuses the file, and says which."""
    path = like.with_name(f"false-{like.name}")
    path.write_text(written)
    try:
        brought([path], [str(key) for key in ground.keys.values()])
    except Failure as failure:
        return str(path) in str(failure)
    return False
