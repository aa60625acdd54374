"""Two books that must agree: audit's trail, and each service's own journal, asked of the service itself.

A row that the service's administrator altered gives another hash there than here; one that audit's administrator
altered, another here than there. Which of the two is right, the signed checkpoints and the recount say.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec

from services.audit import trees
from services.audit.proofs import NoSuchSize
from services.audit.reading import read
from shared.book import LEAVES_MAX, OwnBook, Silent
from shared.http.lists import WrongCursor, cursor, read_cursor
from shared.merkle import SIZE_MAX, root_at, root_needs, stored_nodes
from shared.office import Office
from shared.refused import Refused

BOOKS = "books"
After = tuple[Annotated[int, msgspec.Meta(ge=0, le=SIZE_MAX)]]

KEPT = """
select position, subject, text, encode(leaf, 'hex') as leaf, encode(sha256('\\x00'::bytea || text), 'hex') as hash
from entry where source = $1 and position > $2 and position <= $3
"""


class What(StrEnum):
    """`ALTERED_HERE`: audit's text is no longer its own leaf's. `DIFFERENT`: both are whole, and not the same."""

    ALTERED_HERE = "altered_here"
    DIFFERENT = "different"
    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"


class Difference(msgspec.Struct, frozen=True):
    """Entry `position`, and what it concerns as far as audit's copy can be read: its case comes first."""

    position: int
    what: What
    concerned: tuple[UUID, ...]


class Agreement(msgspec.Struct, frozen=True):
    """Audit's tree and the service's own count of as many entries. Roots are in hexadecimal.

    `own_size` is less than `size` where the journal is shorter, `own_root` None where it has lost a row.
    """

    source: str
    size: int
    root: str
    own_size: int
    own_root: str | None
    agrees: bool


class Differences(msgspec.Struct, frozen=True):
    """One page: entries `first` to `last` of `size`, and each in which the books differ."""

    source: str
    size: int
    first: int
    last: int
    differences: list[Difference]
    next: str | None


class NotAnswering(Refused):
    """The service whose book it is does not answer now."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "Tjänsten vars bok det är svarar inte just nu. Försök igen om en stund.",
            "The service whose book it is does not answer right now. Try again in a while.",
        )


def open_books(office: Office, books: Mapping[str, OwnBook]) -> None:
    """From now on audit's office can ask the others for what their books say."""
    office.extra[BOOKS] = dict(books)


def book_of(office: Office, source: str) -> OwnBook:
    """Raises Unknown where audit follows nobody of that name, NotAnswering where it has no way to ask."""
    trees.followed(source)
    books: dict[str, OwnBook] = office.extra.get(BOOKS, {})
    if source not in books:
        raise NotAnswering
    return books[source]


async def agreement(connection: Any, source: str, book: OwnBook, size: int | None = None) -> Agreement:
    """Of the whole tree, or as it was at `size`. Raises NotAnswering, NoSuchSize."""
    head = await trees.head(connection, source)
    if size is not None and size > head.size:
        raise NoSuchSize("size", head.size)
    size = head.size if size is None else size
    root = head.root if size == head.size else await _root_at(connection, source, size)
    try:
        told = await book.told(size)
    except Silent as silent:
        raise NotAnswering from silent
    return Agreement(
        source=source,
        size=size,
        root=root.hex(),
        own_size=told.size,
        own_root=told.root,
        agrees=(told.size, told.root) == (size, root.hex()),
    )


async def differences(connection: Any, source: str, book: OwnBook, after: str | None) -> Differences:
    """A page of entries held against each other one by one. Raises NotAnswering, WrongCursor."""
    start: int = (read_cursor(after, After) or (0,))[0]
    head = await trees.head(connection, source)
    if start > head.size:
        raise WrongCursor
    last = min(start + LEAVES_MAX, head.size)
    try:
        theirs = {leaf.number: leaf.hash for leaf in await book.leaves(start, LEAVES_MAX)}
    except Silent as silent:
        raise NotAnswering from silent
    ours = {row["position"]: row for row in await connection.fetch(KEPT, source, start, last)}
    found = (_difference(position, ours.get(position), theirs.get(position)) for position in range(start + 1, last + 1))
    return Differences(
        source=source,
        size=head.size,
        first=min(start + 1, head.size),
        last=last,
        differences=[each for each in found if each is not None],
        next=cursor(last) if last < head.size else None,
    )


async def _root_at(connection: Any, source: str, size: int) -> bytes:
    """Nothing where a hash that it needs is gone: no book has that root."""
    try:
        return root_at(size, stored_nodes((await trees.nodes(connection, {source: root_needs(size)}))[source]))
    except KeyError:
        return b""


def _difference(position: int, kept: Any | None, own: str | None) -> Difference | None:
    if kept is None:
        return Difference(position, What.MISSING_HERE, ())
    if own is None:
        return Difference(position, What.MISSING_THERE, _concerned(kept))
    if kept["hash"] != kept["leaf"]:
        return Difference(position, What.ALTERED_HERE, _concerned(kept))
    return Difference(position, What.DIFFERENT, _concerned(kept)) if own != kept["hash"] else None


def _concerned(kept: Any) -> tuple[UUID, ...]:
    """The subject as it was indexed when the entry came, first: an altered text may name another."""
    indexed = () if kept["subject"] is None else (kept["subject"],)
    return tuple(dict.fromkeys((*indexed, *read(kept["text"]).concerned)))
