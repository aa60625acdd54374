"""Reads XML that anybody may have written: no document type, no entities, and a limit on everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from shared.refused import Refused
from shared.words import ORE_MAX

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FILE_MAX_BYTES = 8 * 1024 * 1024
ELEMENTS_MAX = 400_000
DEPTH_MAX = 32
TEXT_MAX = 140
"""Characters read of any one element: the longest that ISO 20022 allows in what is read here."""
LINES_MAX = 10_000

_AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,5})?\Z")
_NAMESPACE = re.compile(r"\{[^}]*\}")


class UnreadableFile(Refused):
    """Not a file from a bank, or not one that may be read."""

    status = 422

    def __init__(self, sv: str, en: str) -> None:
        super().__init__(f"Filen går inte att läsa: {sv}", f"The file cannot be read: {en}")


def read_document(content: bytes, message: str) -> Element:
    """The message of that name inside the document. Raises UnreadableFile, and nothing else, whatever the bytes are."""
    if len(content) > FILE_MAX_BYTES:
        raise UnreadableFile("den är för stor.", "it is too large.")
    try:
        root = _parsed(content)
    except DefusedXmlException:
        raise UnreadableFile("den har en dokumenttyp eller entiteter.", "it has a document type or entities.") from None
    except (ParseError, ValueError, LookupError):
        raise UnreadableFile("den är inte riktig XML.", "it is not well-formed XML.") from None
    found = child(root, message) if name_of(root) == "Document" else None
    if found is None:
        raise UnreadableFile(f"det är inget {message}-meddelande.", f"it is no {message} message.")
    return found


def _parsed(content: bytes) -> Element:
    depth = seen = 0
    root: Element | None = None
    for event, element in iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True):
        if event == "end":
            depth -= 1
            continue
        root = element if root is None else root
        depth, seen = depth + 1, seen + 1
        if depth > DEPTH_MAX or seen > ELEMENTS_MAX:
            raise UnreadableFile("den är för djup eller har för många delar.", "it is too deep or has too many parts.")
    if root is None:
        raise ValueError("no element at all")
    return root


def name_of(element: Element) -> str:
    return _NAMESPACE.sub("", element.tag)


def children(element: Element | None, name: str) -> Iterator[Element]:
    if element is not None:
        yield from (one for one in element if name_of(one) == name)


def child(element: Element | None, *path: str) -> Element | None:
    """The first element down the path, whatever the version of the namespace."""
    for name in path:
        element = next(children(element, name), None)
    return element


def every(element: Element, name: str) -> Iterator[Element]:
    return (one for one in element.iter() if name_of(one) == name)


def text(element: Element | None, *path: str) -> str | None:
    found = child(element, *path)
    words = (found.text or "").strip() if found is not None else ""
    return words[:TEXT_MAX] or None


def amount_ore(element: Element | None) -> int | None:
    """An amount in kronor as whole öre. Raises UnreadableFile for another currency, or for what is no amount."""
    if element is None:
        return None
    words = (element.text or "").strip()
    if element.get("Ccy") != "SEK" or not _AMOUNT.match(words):
        raise UnreadableFile("ett belopp är inte i kronor.", "an amount is not in kronor.")
    ore = Decimal(words) * 100
    if ore != int(ore) or ore > ORE_MAX:
        raise UnreadableFile("ett belopp är inte i hela ören.", "an amount is not in whole öre.")
    return int(ore)
