"""Pictures of every sheet of every letter, in both languages: `python -m tests.pages.letters FOLDER`."""

from __future__ import annotations

import argparse
from pathlib import Path

import typst

from services.web.letters import paper
from shared.words import Language
from tests.unit.web.correspondence import EVERY_LETTER, sheet

DOTS_PER_INCH = 90
LANGUAGES: tuple[Language, ...] = ("sv", "en")


def sheets(name: str, language: Language) -> list[bytes]:
    """Each sheet of the letter as it comes out of the printer, as PNG."""
    made = typst.compile(
        paper.SHEET,
        root=paper.HERE,
        font_paths=[paper.FONTS],
        ignore_system_fonts=True,
        format="png",
        ppi=DOTS_PER_INCH,
        sys_inputs={"letter": paper.as_json(sheet(name, language))},
    )
    return made if isinstance(made, list) else [made]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    taken = 0
    for language in LANGUAGES:
        for name in EVERY_LETTER:
            for number, page in enumerate(sheets(name, language), start=1):
                (asked.folder / f"{name}-{language}-{number}.png").write_bytes(page)
                taken += 1
    print(f"{taken} sheets in {asked.folder}")


if __name__ == "__main__":
    main()
