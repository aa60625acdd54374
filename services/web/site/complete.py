"""Whether the pages are complete in Swedish: every sentence of the templates and the pages' code has its translation,
with the same places to fill in, and no catalogue keeps a sentence that nobody says any more.

`python -m services.web.site.complete` says what is missing and exits 1.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from babel.messages.catalog import Message
from jinja2 import Environment

from services.web.site.words import read_catalogue

WEB = Path(__file__).parent.parent
CATALOGUES = WEB / "words" / "sv"
TEMPLATES = WEB / "templates"
SAYS = frozenset({"gettext", "_"})
PLACE = re.compile(r"%\((\w+)\)s")


class Said(msgspec.Struct, frozen=True):
    """A sentence and where it is said."""

    where: str
    sentence: str


def said_in_templates(folder: Path = TEMPLATES) -> Iterator[Said]:
    environment = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - read, never rendered
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    for file in sorted(folder.rglob("*.html")):
        for line, _, message in environment.extract_translations(file.read_text()):  # type: ignore[attr-defined]
            for sentence in _sentences(message):
                yield Said(f"{file.relative_to(folder)}:{line}", sentence)


def _sentences(message: object) -> Iterable[str]:
    """What ngettext is given in the singular stands for both."""
    if isinstance(message, str):
        return (message,)
    return [one for one in message if isinstance(one, str)][:1] if isinstance(message, tuple) else ()


def said_in_code(folder: Path = WEB) -> Iterator[Said]:
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and _name_of(node.func) in SAYS and node.args:
                given = node.args[0]
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    yield Said(f"{file.relative_to(folder)}:{node.lineno}", given.value)


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def translated(folder: Path = CATALOGUES) -> dict[str, tuple[str, Message]]:
    """Sentence → (catalogue, message)."""
    found: dict[str, tuple[str, Message]] = {}
    for file in sorted(folder.glob("*.po")):
        for message in read_catalogue(file):
            if message.id:
                one = message.id if isinstance(message.id, str) else message.id[0]
                found[one] = (file.name, message)
    return found


def findings(said: Iterable[Said], known: dict[str, tuple[str, Message]]) -> Iterator[str]:
    """A sentence for each thing that is not as it should be."""
    heard: set[str] = set()
    for one in said:
        heard.add(one.sentence)
        if one.sentence not in known:
            yield f"{one.where}: no Swedish for {one.sentence!r}"
    for sentence, (catalogue, message) in known.items():
        if sentence not in heard:
            yield f"{catalogue}: nobody says {sentence!r} any more"
        for swedish in _swedish(message):
            if not swedish:
                yield f"{catalogue}: {sentence!r} is not translated"
            elif "fuzzy" in message.flags:
                yield f"{catalogue}: {sentence!r} is marked as unsure"
            elif set(PLACE.findall(swedish)) - set(PLACE.findall(" ".join(_english(message)))):
                yield f"{catalogue}: {sentence!r} has other places to fill in than its Swedish"


def _swedish(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _english(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def main() -> int:
    found = sorted(set(findings([*said_in_templates(), *said_in_code()], translated())))
    for line in found:
        print(line)
    print(f"words: {len(found)} findings in {len(translated())} sentences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
