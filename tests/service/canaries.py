"""Canaries: words that stand nowhere else, one in every free text, file name and file of a case, and where they are
found again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from infra.embedded import Addresses
from services.command.demo.people import People, Refusal
from services.command.example import read_example
from shared.keyring import Keyring
from shared.programme import FieldType
from shared.store import Altered, Store

MARK = f"kanarie{uuid4().hex[:10]}"
"""What every canary of this run begins with."""
TITLE = f"{MARK}titel"
WRITTEN = frozenset({"words", "letter"})
TEXTS = (FieldType.TEXT, FieldType.TEXTAREA)


class Planting(People):
    """The fund's people, who put a canary into every free text they write, and into every file and its name."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport) -> None:
        super().__init__(url, transport)
        self._words = (f"{MARK}x{number}" for number in count())
        self.planted: set[str] = set()
        self.places: set[str] = set()

    def canary(self, place: str) -> str:
        word = next(self._words)
        self.planted.add(word)
        self.places.add(place)
        return word

    async def _ask(
        self,
        who: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        place = "/".join(part for part in path.split("/")[2:] if not _is_id(part))
        planted = frozenset(self.planted)
        if isinstance(body, bytes) and "name" in (query or {}):
            body += self.canary(f"{place}: file").encode()
            query = {**(query or {}), "name": f"{self.canary(f'{place}: name')}.pdf"}
        elif isinstance(body, dict) and not place.startswith(("payouts/payees", "applications/associations")):
            body = dict(self._filled(place, body))
        sown = self.planted - planted
        try:
            return await super()._ask(who, method, path, body, headers=headers, query=query)
        except Refusal:
            self.planted -= sown  # nothing was kept of it; whoever came too late writes it once more
            raise

    def _filled(self, place: str, body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """With a canary in every free text: those of an association and its account are no case's."""
        for name, value in body.items():
            if name in WRITTEN and isinstance(value, str):
                yield name, f"{value} {self.canary(f'{place}: {name}')}"
            elif name in ("words", "reasons") and isinstance(value, dict):
                yield name, {key: f"{text} {self.canary(f'{place}: {name}')}" for key, text in value.items()}
            elif name == "answers" and isinstance(value, dict):
                yield name, self._answers(place, value)
            else:
                yield name, value

    def _answers(self, place: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Every text that the form asks for, and the words inside its tables and lists."""
        answers = dict(given)
        whole = "title" in given
        for field in read_example()[0].forms.application_fields():
            if field.type in TEXTS and (whole or field.key in given):
                answers[field.key] = TITLE if field.key == "title" else self.canary(f"{place}: {field.key}")
        if whole:
            street = self.canary(f"{place}: street")
            answers["post_address"] = {**given["post_address"], "street": street}
            answers["signatories"] = [{"name": self.canary(f"{place}: signatory"), "role": "ordförande"}]
            first, *rest = given["budget_costs"]
            answers["budget_costs"] = [{**first, "note": self.canary(f"{place}: note")}, *rest]
        return answers


def _is_id(part: str) -> bool:
    try:
        UUID(part)
    except ValueError:
        return False
    return True


def files_with(folder: Path, *words: bytes) -> list[Path]:
    """The files in which any of these stands, plain or in hexadecimal digits, byte for byte."""
    wanted = [*words, *(word.hex().encode() for word in words)]
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and _holds(path.read_bytes(), wanted)]


def _holds(content: bytes, wanted: Sequence[bytes]) -> bool:
    return any(word in content for word in wanted)


async def readable(addresses: Addresses) -> bytes:
    """All the content that there is in a house, as whoever holds every password and the key-encryption key reads it."""
    found = []
    for address in addresses.services.values():
        if address.keys_url is None:
            continue
        content = await asyncpg.connect(address.database_url)
        keys = await asyncpg.create_pool(address.keys_url, min_size=1, max_size=1)
        try:
            store = Store(Keyring(keys, addresses.kek))
            rows = await content.fetch("select owner, scope, item, nonce, content from store")
            found += [await _opened(store, row) for row in rows]
        finally:
            await keys.close()
            await content.close()
    return b"\n".join(found)


async def _opened(store: Store, row: Any) -> bytes:
    try:
        return await store.opened(*row.values())
    except (LookupError, Altered):
        return b""


async def wrapped_keys(addresses: Addresses, owners: Sequence[tuple[str, UUID]]) -> list[bytes]:
    """The wrapped keys of these owners, by service: what must not be left anywhere either."""
    found: list[bytes] = []
    for service, owner in owners:
        keys_url = addresses.services[service].keys_url
        assert keys_url is not None
        connection = await asyncpg.connect(keys_url)
        try:
            rows = await connection.fetch("select wrapped from key where owner = $1", owner)
            found += [bytes(row["wrapped"]) for row in rows]
        finally:
            await connection.close()
    return found
