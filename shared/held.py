"""What a service holds about one person: facts that name them, what they wrote, and where others have written of them.

A person has a right to all of it (GDPR art. 15). Facts hold their pseudonym; what they wrote themselves belongs to
those facts by its digest, and comes out whole. What others wrote is looked through for their name and address: a field
that is theirs comes out with the fields beside it, but of a longer text only its place, because others may stand in it
too and a person has to look.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from shared.http.lists import Page, page, read_cursor
from shared.keyring import KeyGone
from shared.office import Office

WORD_MIN = 4
"""Characters: a shorter name would be found everywhere."""

LOOKED_THROUGH = 1_000
ITEM_MAX_BYTES = 256 * 1024
FILE, FILE_NAME = "attachment", "name"
NOT_LOOKED_THROUGH = ("draft", FILE)
"""A draft is its applicant's own (H8), and a file is no text."""

DIGEST = re.compile(r"^[0-9a-f]{64}\Z")

FACTS = """
select position, event::text as text from journal
where position > $1 and event::text like '%' || $2 || '%' order by position limit $3
"""
BY_DIGEST = "select owner, scope, item, nonce, content, digest from store where digest = any($1)"
ITEMS = """
select owner, scope, item, nonce, content, at from store
where (owner, scope, item) > ($1, $2, $3) and (owner = $4 or (scope <> all($5) and octet_length(content) <= $6))
order by owner, scope, item limit $7
"""


class Written(msgspec.Struct, frozen=True):
    """What somebody wrote or sent in: `text` is None for a file, which has a `name`, and where it has been lawfully
    erased."""

    owner: UUID
    scope: str
    item: str
    text: str | None
    size_bytes: int | None
    name: str | None = None


class HeldFact(msgspec.Struct, frozen=True):
    """One fact as it stands in the journal. `by_them` says that they did it; else it names them."""

    position: int
    by_them: bool
    event: dict[str, Any]
    written: list[Written]


class Mention(msgspec.Struct, frozen=True):
    """A place where a person stands in what is kept. `text` is what stands there, where it is theirs alone."""

    owner: UUID
    scope: str
    item: str
    at: datetime
    path: str
    text: str | None


async def facts_about(office: Office, person: UUID, after: str | None, limit: int) -> Page[HeldFact]:
    """The facts that hold the person's pseudonym, in order, with what they wrote in them."""
    (seen,) = read_cursor(after, tuple[int]) or (0,)
    rows = await office.worker_pool.fetch(FACTS, seen, str(person), limit + 1)
    shown = [(row["position"], msgspec.json.decode(row["text"], type=dict[str, Any])) for row in rows]
    wanted = {digest for _, event in shown if _is_by(event, person) for digest in digests(event.get("data"))}
    written = await _written(office, wanted)

    def fact(one: tuple[int, dict[str, Any]]) -> HeldFact:
        position, event = one
        by_them = _is_by(event, person)
        own = [written[digest] for digest in digests(event.get("data")) if digest in written] if by_them else []
        return HeldFact(position, by_them, event, own)

    return page(shown, limit, fact, lambda one: (one[0],))


def _is_by(event: dict[str, Any], person: UUID) -> bool:
    return event.get("authid") == str(person)


def digests(value: object) -> list[str]:
    """The digests of content in a fact's data, at whatever depth, each once and in order."""
    found: dict[str, None] = {}

    def look(one: object) -> None:
        if isinstance(one, str) and DIGEST.match(one):
            found[one] = None
        elif isinstance(one, dict):
            for each in one.values():
                look(each)
        elif isinstance(one, list):
            for each in one:
                look(each)

    look(value)
    return list(found)


async def _written(office: Office, wanted: Collection[str]) -> dict[str, Written]:
    if not wanted or not office.service.has_store:
        return {}
    rows = await office.worker_pool.fetch(BY_DIGEST, list(wanted))
    files = [(row["owner"], FILE_NAME) for row in rows if row["scope"] == FILE]
    names = await office.store.open_each(office.worker_pool, FILE, files)
    found = {}
    for row in rows:
        content = await _opened(office, row)
        text, size = (None, None) if content is None else (as_text(content), len(content))
        name = names.get((row["owner"], FILE_NAME))
        found[row["digest"]] = Written(
            row["owner"], row["scope"], row["item"], text, size, name.decode() if name is not None else None
        )
    return found


async def _opened(office: Office, row: Any) -> bytes | None:
    """None where it has been lawfully erased."""
    try:
        return await office.store.opened(row["owner"], row["scope"], row["item"], row["nonce"], row["content"])
    except KeyGone:
        return None


def as_text(content: bytes) -> str | None:
    """None for a file."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text or text.startswith("%PDF") else text


# Where others have written of them


async def mentions_of(office: Office, person: UUID, words: Sequence[str], after: str | None) -> Page[Mention]:
    """What is kept under the person's own key, whole; and where their name or address stands elsewhere. A page may be
    empty and yet have a next one: so much is looked through at a time."""
    if not office.service.has_store:
        return Page([])
    seen = read_cursor(after, tuple[UUID, str, str]) or (UUID(int=0), "", "")
    rows = await office.worker_pool.fetch(
        ITEMS, *seen, person, list(NOT_LOOKED_THROUGH), ITEM_MAX_BYTES, LOOKED_THROUGH + 1
    )
    looked = page(rows, LOOKED_THROUGH, lambda row: row, lambda row: (row["owner"], row["scope"], row["item"]))
    sought = [word.casefold() for word in words if len(word) >= WORD_MIN]
    found = []
    for row in looked.items:
        content = await _opened(office, row)
        text = None if content is None else as_text(content)
        if text is None:
            continue
        whole = [("", text)] if row["owner"] == person else list(places(text, sought))
        found += [Mention(row["owner"], row["scope"], row["item"], row["at"], path, own) for path, own in whole]
    return Page(found, looked.next)


def places(text: str, words: Collection[str]) -> Iterator[tuple[str, str | None]]:
    """(path, what stands there or None) for each place where one of the words, in lower case, stands."""
    folded = text.casefold()
    if not any(word in folded for word in words):
        return
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        value = text
    yield from _in(value, "", words, in_list=False)


def _in(value: object, path: str, words: Collection[str], *, in_list: bool) -> Iterator[tuple[str, str | None]]:
    match value:
        case str():
            if any(word in value.casefold() for word in words):
                yield path, value if value.casefold().strip() in words else None
        case list():
            for number, one in enumerate(value):
                yield from _in(one, f"{path}/{number}", words, in_list=True)
        case dict():
            theirs = {key for key, one in value.items() if isinstance(one, str) and one.casefold().strip() in words}
            beside = {key for key in value if (in_list and theirs) or any(_belong(key, own) for own in theirs)}
            for key, one in value.items():
                if key in beside and isinstance(one, str):
                    yield f"{path}/{key}", one
                else:
                    yield from _in(one, f"{path}/{key}", words, in_list=False)


def _belong(key: str, own: str) -> bool:
    """`contact_phone` belongs to `contact_name`."""
    return "_" in own and key.partition("_")[0] == own.partition("_")[0] and "_" in key
