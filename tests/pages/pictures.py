"""Pictures of every page at three widths, in a folder: `python -m tests.pages.pictures FOLDER [--url URL]`.

Without an address it starts a house of its own and lets the round of 2019 be played in it first. With `--best` it takes
the README's four instead: `python -m tests.pages.pictures docs/pictures --best`; with `--seldom` the pages and states
that no walk comes to, from a house of its own that sends its letters.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Literal

from services.web.demo_people import PEOPLE
from tests.mailbox import Mailbox, mail_server
from tests.pages.best_pictures import best_pictures
from tests.pages.seldom import SCENES, Ground
from tests.pages.street import DESK, PHONE, TABLET, Tab, browser, tab
from tests.pages.walk import walk
from tests.system.running import PLAYED_WITHIN_S, RunningHouse

WIDTHS = (PHONE, TABLET, DESK)
PLAYED = re.compile(r"trail complete and verified")


async def pictures(url: str, folder: Path, people: list[str], language: str, themes: list[str]) -> int:
    taken = 0
    async with browser() as opened:
        seen: set[str] = set()
        for person in (None, *people):
            visitor = await tab(opened, url, person, language=language)
            async for kind, _ in walk(visitor, visitor.path if person else "/", seen if person is None else set(seen)):
                name = re.sub(r"[^a-z0-9]+", "-", kind.replace("*", "x")).strip("-") or "front"
                taken += await _taken(visitor, folder, f"{name}-{person or 'nobody'}", themes)
            await visitor.close()
    return taken


async def _taken(visitor: Tab, folder: Path, name: str, themes: list[str]) -> int:
    for theme in themes:
        await visitor.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        for size in WIDTHS:
            await visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
            await visitor.page.screenshot(path=folder / f"{name}-{theme}-{size['width']}.png", full_page=True)
    return len(themes) * len(WIDTHS)


async def seldom(folder: Path, language: Literal["sv", "en"], themes: list[str]) -> int:
    """In a house of its own, whose letters with links arrive here."""
    taken, box = 0, Mailbox()
    async with mail_server(box) as os.environ["BIFALL_SMTP_URL"]:
        with tempfile.TemporaryDirectory() as made:
            house = await asyncio.to_thread(RunningHouse, Path(made) / "data", "--demo")
            try:
                await asyncio.to_thread(house.wait_for_line, PLAYED, PLAYED_WITHIN_S)
                async with browser() as opened:
                    for scene in SCENES.values():
                        async for name, visitor in scene(Ground(opened, house.url, language, box)):
                            taken += await _taken(visitor, folder, name, themes)
                            await visitor.page.set_viewport_size(DESK)  # type: ignore[arg-type]
            finally:
                await asyncio.to_thread(house.stop)
    return taken


async def best(url: str, folder: Path) -> int:
    async with browser() as opened:
        return await best_pictures(opened, url, folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", help="a house that runs already, with --demo")
    parser.add_argument("--person", action="append", help="only what this person comes to; may be repeated")
    parser.add_argument("--language", choices=("sv", "en"), default="sv")
    parser.add_argument("--theme", action="append", choices=("light", "dark"), help="light unless told otherwise")
    parser.add_argument("--best", action="store_true", help="the four of the README")
    parser.add_argument("--seldom", action="store_true", help="what no walk along the links comes to")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    people = asked.person or list(PEOPLE)
    themes = asked.theme or ["light"]

    def take(url: str) -> int:
        if asked.best:
            return asyncio.run(best(url, asked.folder))
        return asyncio.run(pictures(url, asked.folder, people, asked.language, themes))

    if asked.seldom:
        taken = asyncio.run(seldom(asked.folder, asked.language, themes))
    elif asked.url:
        taken = take(asked.url)
    else:
        with tempfile.TemporaryDirectory() as made:
            house = RunningHouse(Path(made) / "data", "--demo")
            try:
                house.wait_for_line(PLAYED, PLAYED_WITHIN_S)
                taken = take(house.url)
            finally:
                house.stop()
    print(f"{taken} pictures in {asked.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
