"""The gallery: every part of every page in every state, drawn without a house around it, and pictures of it all.

`python -m tests.pages.gallery FOLDER` serves the pages of `gallery_pages` on a free port with the policy real pages
have, lets axe-core look at each, and takes pictures at three widths, by day and by night, in forced colours and as
printed.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

from jinja2 import FileSystemLoader

from services.web.signing_in.rate_limits import TooMany
from services.web.site.about import Spoken
from services.web.site.asking import Wrong
from services.web.site.errors import SAID
from services.web.site.headers import PAGE_POLICY
from services.web.site.rendering import TEMPLATES, environment, filled, static_files
from shared.http.problems import OURS, Unavailable
from shared.refused import Forbidden, NoRole, Refused, Stale, Unknown
from shared.words import Language, Text
from tests.pages.findings import findings
from tests.pages.street import DESK, PHONE, TABLET, Tab, browser, tab

PAGES = Path(__file__).parent / "gallery_pages"
WIDTHS = (PHONE, TABLET, DESK)
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "print": {"media": "print"},
}
PLAIN: dict[str, Any] = {"color_scheme": "light", "forced_colors": "none", "media": "screen"}
WRONG = SimpleNamespace(
    title="Det här behöver rättas",
    detail="Något saknas.",
    errors=[
        ("amount", "Skriv ett belopp mellan 3 000 och 30 000 kronor"),
        ("budget.1.sought", "Skriv ett belopp i kronor"),
        ("purpose", "Berätta vad ni vill göra"),
        ("account", "Välj vart pengarna ska"),
        ("who", "Välj minst en grupp"),
        ("number", "Ett organisationsnummer har tio siffror"),
    ],
)
STAFF = [
    ("/today", "I dag", False),
    ("/cases", "Ärenden", True),
    ("/meetings", "Sammanträden", False),
    ("/money", "Pengar", False),
]
PUBLIC = [
    ("/calls", "Sök pengar", False),
    ("/how-it-works", "Så fungerar det", False),
    ("/past-grants", "Beviljade bidrag", False),
]
APPLICANT = [("/my", "Mina ansökningar", True)]
UNFILLED = Refused("Rätta det som står nedan och skicka igen.", "Correct what is listed below and send again.")
REFUSALS = (NoRole(), Unknown(), Stale(), UNFILLED, TooMany(120), Unavailable())
FAILURES: dict[int, tuple[Text, Text]] = {one.status: (one.title, one.detail) for one in REFUSALS} | {
    500: OURS,
    400: SAID[400],
    405: SAID[405],
    413: SAID[413],
}
REFERENCE = "0af76519-16cd-43dd-8448-eb211c80319c"


def _failed(status: int) -> dict[str, Any]:
    """The page of an error, as whoever is signed in sees it."""
    wrong = Wrong.from_text(status, *FAILURES[status], (), "sv")
    return {"nav": APPLICANT, "wrong": wrong, "reference": REFERENCE, "lacks_role": status == Forbidden.status}


SHOWN: dict[str, dict[str, Any]] = {
    "welcome": {"nav": PUBLIC, "caller": SimpleNamespace(actor=None)},
    "applicant": {"nav": APPLICANT, "said": "Delen Det ni vill göra är sparad."},
    "form": {"nav": APPLICANT},
    "form-wrong": {"nav": APPLICANT, "wrong": WRONG},
    "case": {"nav": STAFF},
    "decide": {"nav": STAFF, "practice": True},
    "desk": {"nav": STAFF},
    "kept": {"nav": STAFF},
    "fresh": {"nav": STAFF, "waiting": "Ett ärende väntar"},
    "decision": {"nav": [], "caller": SimpleNamespace(actor=None)},
    **{f"error-{status}": _failed(status) for status in FAILURES},
    "error-signed_out": _failed(404) | {"nav": PUBLIC, "caller": SimpleNamespace(actor=None)},
}


def drawn(name: str, language: Language = "sv") -> str:
    template = environment(language).overlay(loader=FileSystemLoader([TEMPLATES, PAGES])).get_template(_file(name))
    given = {
        "caller": SimpleNamespace(actor="somebody"),
        "about": SimpleNamespace(
            help_phone="0000-00 00 00",
            support_line="Mår du dåligt nu? Ring 1177, eller 112 om det är bråttom.",
            source_url=None,
            minority_languages=(Spoken("fi", "Voit asioida kanssamme suomeksi."),),
            demo=True,
        ),
        "path": "/cases",
        "other_language": ("en", "English", "/language/en?back=/"),
        "said": None,
        "practice": False,
        "csrf": "token",
        "wrong": None,
        "nav": [],
    }
    return filled(template, given | SHOWN[name])


def _file(name: str) -> str:
    return f"{name.partition('-')[0]}.html"


class _Gallery(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name in SHOWN:
            self._answer(drawn(name).encode(), "text/html; charset=utf-8")
        elif (file := static_files().files.get(name.partition("/")[2].partition("/")[2])) is not None:
            self._answer(file.content, file.media_type)
        else:
            self.send_error(404)

    def _answer(self, content: bytes, media_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Security-Policy", PAGE_POLICY)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Silent: what matters is in the findings."""


@contextmanager
def served() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gallery)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def shown(folder: Path | None, names: list[str], looks: list[str]) -> list[str]:
    """What is wrong with each page; pictures of each where there is a folder for them."""
    found: list[str] = []
    with served() as url:
        async with browser() as opened:
            for name in names:
                visitor = await tab(opened, url)
                await visitor.open(f"/{name}")
                await visitor.page.wait_for_load_state("networkidle")
                if folder is not None:
                    await _pictures(visitor, folder, name, looks)
                found += [f"{name}: {one}" for one in await findings(visitor)]
                await visitor.close()
    return found


async def _pictures(visitor: Tab, folder: Path, name: str, looks: list[str]) -> None:
    for look in looks:
        await visitor.page.emulate_media(**PLAIN | LOOKS[look])
        for size in WIDTHS:
            await visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
            await visitor.page.screenshot(path=folder / f"{name}-{look}-{size['width']}.png", full_page=True)
    await visitor.page.emulate_media(**PLAIN)
    await visitor.page.set_viewport_size(DESK)  # type: ignore[arg-type]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--page", action="append", choices=list(SHOWN))
    parser.add_argument("--look", action="append", choices=list(LOOKS))
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    found = asyncio.run(shown(asked.folder, asked.page or list(SHOWN), asked.look or list(LOOKS)))
    for one in found:
        print(one)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
