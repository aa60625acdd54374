"""The words of the pages: English in the templates, Swedish in `words/sv/*.po`, one catalogue for each reader.

The catalogues are read as they stand: there is nothing to compile, and nothing that can be out of date.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from shared.words import Language

FOLDER = Path(__file__).parent.parent / "words"
LANGUAGES: tuple[Language, ...] = ("sv", "en")


class Words(NullTranslations):
    """One language's sentences; where there is none, the English that stands in the template."""

    def __init__(self, sentences: Mapping[str | tuple[str, str], tuple[str, ...]]) -> None:
        super().__init__()
        self._sentences = sentences

    def gettext(self, message: str) -> str:
        found = self._sentences.get(message)
        return found[0] if found else message

    def ngettext(self, one: str, many: str, count: int) -> str:
        found = self._sentences.get(one)
        if found is None or len(found) < 2:
            return one if count == 1 else many
        return found[0 if count == 1 else 1]

    def pgettext(self, context: str, message: str) -> str:
        found = self._sentences.get((context, message))
        return found[0] if found else message


@cache
def words(language: Language) -> Words:
    sentences: dict[str | tuple[str, str], tuple[str, ...]] = {}
    for file in sorted((FOLDER / language).glob("*.po")):
        sentences |= _sentences(read_catalogue(file))
    return Words(sentences)


def read_catalogue(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened)


def _sentences(catalogue: Catalog) -> dict[str | tuple[str, str], tuple[str, ...]]:
    found: dict[str | tuple[str, str], tuple[str, ...]] = {}
    for message in catalogue:
        if not message.id or not message.string:
            continue
        one = message.id if isinstance(message.id, str) else message.id[0]
        said = (message.string,) if isinstance(message.string, str) else tuple(message.string)
        found[(message.context, one) if message.context else one] = said
    return found
