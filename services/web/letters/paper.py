"""A letter on paper: tagged PDF/A-2a that is PDF/UA-1 as well, and always the same bytes for the same letter.

Its date is the letter's own, its fonts are in the house, and the machine's are left alone; so whoever makes it again in
ten years gets the file that was sent. Words reach the sheet as plain strings: nothing in them is read as markup.
"""

from __future__ import annotations

import asyncio
import json
import unicodedata
from bisect import bisect_right
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from services.web.letters.document import SHORT_VERSION
from services.web.letters.sheet import Sheet

HERE = Path(__file__).parent
SHEET = HERE / "letter.typ"
FONTS = HERE / "fonts"
COVERED = FONTS / "covered.txt"
STANDARDS: list[Any] = ["a-2a", "ua-1"]
UNKNOWN = "?"
"""What stands for a character that the typeface does not have. The e-mail and the page have it as it was written."""

PRACTICE = {
    "sv": "Övning. Det här brevet gäller inte på riktigt.",
    "en": "Practice. This letter is not for real.",
}
PAGE = {"sv": "Sida", "en": "Page"}
DATE = {"sv": "Datum", "en": "Date"}
NUMBER = {"sv": "Nummer", "en": "Number"}
ABOUT = {"sv": "Brev i ärende", "en": "Letter in case"}


async def as_pdf(sheet: Sheet) -> bytes:
    """Made beside the loop: a sheet takes some hundredths of a second."""
    return await asyncio.to_thread(set_on_paper, sheet)


def set_on_paper(sheet: Sheet) -> bytes:
    made = typst.compile(
        SHEET,
        root=HERE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"letter": as_json(sheet)},
        pdf_standards=STANDARDS,
        timestamp=datetime.combine(sheet.written_on, time(12), UTC),
    )
    if not isinstance(made, bytes):
        raise TypeError("A letter is one file.")
    return made


def as_json(sheet: Sheet) -> str:
    """Everything that the sheet is set from, as `letter.typ` reads it."""
    return json.dumps(_printable(_given(sheet)), ensure_ascii=False)


def _given(sheet: Sheet) -> dict[str, Any]:
    language, document = sheet.language, sheet.document
    return {
        "title": document.title,
        "language": language,
        "about": f"{ABOUT[language]} {sheet.number}",
        "number": sheet.number,
        "authority": sheet.authority,
        "programme": sheet.programme,
        "practice": PRACTICE[language] if sheet.practice else "",
        "sender": list(sheet.sender),
        "recipient": list(sheet.recipient),
        "dates": [f"{DATE[language]}: {sheet.date_in_words}", f"{NUMBER[language]}: {sheet.number}"],
        "short-word": SHORT_VERSION[language],
        "page-word": PAGE[language],
        "short": list(document.short),
        "parts": [{"what": part.what, "lines": list(part.lines)} for part in document.parts],
    }


def _printable(value: Any) -> Any:
    match value:
        case str():
            return "".join(map(_character, unicodedata.normalize("NFC", value)))
        case list():
            return [_printable(one) for one in value]
        case dict():
            return {name: _printable(one) for name, one in value.items()}
    return value


def _character(character: str) -> str:
    """The character, its bare letter, or a question mark: a missing sign must not stop a letter."""
    if character == "\t" or _is_covered(character):
        return character
    bare = unicodedata.normalize("NFKD", character)
    return bare[0] if _is_covered(bare[0]) else UNKNOWN


def _is_covered(character: str) -> bool:
    starts, ends = _covered()
    place = bisect_right(starts, ord(character)) - 1
    return place >= 0 and ord(character) <= ends[place]


@cache
def _covered() -> tuple[list[int], list[int]]:
    """The characters that every face has, as ranges; written beside the fonts by the script that fetches them."""
    ranges = [line.split("-") for line in COVERED.read_text(encoding="ascii").split()]
    return [int(one[0], 16) for one in ranges], [int(one[-1], 16) for one in ranges]
